package io.acceptor.agent;

import io.acceptor.AcceptorBuilder;
import io.acceptor.ResilientServerSocket;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds the sockets that keep probes away, as the options say, and says one line for each listener. Thread-safe.
 */
final class SocketGuard implements ListenerPolicy {
    private static final Logger LOG = LoggerFactory.getLogger(SocketGuard.class);

    private static volatile @Nullable SocketGuard installed; // written once, before the program starts

    private final AgentOptions options;
    private final @Nullable MetricsEndpoint metrics;

    SocketGuard(AgentOptions options, @Nullable MetricsEndpoint metrics) {
        this.options = options;
        this.metrics = metrics;
    }

    static @Nullable ListenerPolicy installed() {
        return installed;
    }

    static void install(SocketGuard guard) {
        installed = guard;
    }

    /**
     * A bound socket in place of a plain one.
     *
     * @param backlog what the program asks for, not positive if it does not say
     * @return null if this address is to be left alone
     * @throws Exception if there can be none
     */
    static @Nullable ServerSocket bind(
            @Nullable SocketAddress endpoint, int backlog, List<AgentServerSocket.Setting<?>> settings)
            throws Exception {
        SocketGuard guard = installed;
        if (guard == null || !guard.guards(endpoint)) {
            return null;
        }
        SecurityPermissions.check();
        return guard.bindGuarded(endpoint, backlog, settings);
    }

    @Override
    public boolean guards(@Nullable SocketAddress local) {
        boolean guards = options.guards(local instanceof InetSocketAddress address ? address.getPort() : 0);
        if (!guards) {
            LOG.info("leaves {} alone, as its options say", local);
        }
        return guards;
    }

    @Override
    public void applyTo(AcceptorBuilder<?> builder) {
        options.applyTo(builder);
    }

    private ServerSocket bindGuarded(
            @Nullable SocketAddress endpoint, int backlog, List<AgentServerSocket.Setting<?>> settings)
            throws IOException {
        ResilientServerSocket.Builder builder = ResilientServerSocket.builder();
        applyTo(builder);
        ResilientServerSocket socket = builder.unbound();
        try {
            for (AgentServerSocket.Setting<?> setting : settings) {
                setting.applyTo(socket);
            }
            socket.bind(endpoint == null ? new InetSocketAddress(0) : endpoint, options.backlog(backlog));
        } catch (Throwable t) {
            socket.close();
            throw t;
        }
        guarding(socket.getLocalSocketAddress(), socket.metrics());
        return socket;
    }

    @Override
    public void guarding(@Nullable SocketAddress local, MeterBinder meters) {
        LOG.info("guards {}", local);
        try {
            if (metrics != null) {
                metrics.add(meters);
            }
        } catch (RuntimeException e) {
            LOG.warn("no metrics of {}: {}", local, e.toString());
        }
    }

    @Override
    public void unguarded(@Nullable SocketAddress local, Throwable why) {
        LOG.warn("does not guard {}: {}", local, why.toString());
    }

    /** Says why a socket that was bound after all has no guard. */
    static void tellUnguarded(ServerSocket socket, Throwable why) {
        SocketGuard guard = installed;
        if (guard != null) {
            guard.unguarded(socket.getLocalSocketAddress(), why);
        }
    }
}
