package io.acceptor.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;

/** The default factory of a program under the agent. Thread-safe. */
public final class AgentServerSocketFactory extends ServerSocketFactory {
    private static final AgentServerSocketFactory DEFAULT = new AgentServerSocketFactory();

    private AgentServerSocketFactory() {}

    /**
     * Stands in for {@link ServerSocketFactory#getDefault()}.
     *
     * @return the same factory at every call
     */
    public static ServerSocketFactory getDefault() {
        return DEFAULT;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new AgentServerSocket();
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return new AgentServerSocket(port);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return new AgentServerSocket(port, backlog);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
        return new AgentServerSocket(port, backlog, address);
    }
}
