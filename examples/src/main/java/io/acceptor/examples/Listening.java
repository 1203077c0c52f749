package io.acceptor.examples;

import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Option;

/** The options of an example that serves, and what it does once it listens. */
public final class Listening {
    @Option(names = "--host", paramLabel = "H", description = "Address to listen on. Default: ${DEFAULT-VALUE}.")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "Port to listen on, 0 for any free one. Default: ${DEFAULT-VALUE}.")
    private int port = 4000;

    /** Nothing chosen yet; picocli fills it in. */
    public Listening() {}

    /**
     * Where to listen.
     *
     * @return host and port as chosen
     * @throws UnknownHostException if there is no such host
     * @throws IllegalArgumentException if the port is not 0 to 65535
     */
    public InetSocketAddress address() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    /**
     * The same host with another port.
     *
     * @param otherPort 0 to 65535
     * @return the address
     * @throws UnknownHostException if there is no such host
     */
    public InetSocketAddress address(int otherPort) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), otherPort);
    }

    /**
     * Says where it listens, and waits until the process is terminated.
     *
     * @param out where to say it
     * @param address where it listens
     * @param stop what is done then
     * @return never by itself: the shutdown of the JVM ends the wait
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public static int untilTerminated(PrintWriter out, InetSocketAddress address, Runnable stop)
            throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(stop, "stop"));
        out.println("READY " + address.getAddress().getHostAddress() + ":" + address.getPort());
        out.flush();
        new CountDownLatch(1).await();
        return 0;
    }
}
