package io.acceptor.bench.flood;

import io.acceptor.bench.measure.SourceAddresses;
import java.net.InetSocketAddress;

/** Sends connect-and-reset probes one after the other, for benchmarks. Loopback only. Not thread-safe. */
public final class Prober implements AutoCloseable {
    private final ProbeSockets sockets;

    /**
     * Makes one.
     *
     * @param target a listener on this machine
     * @throws IllegalArgumentException if it is not on loopback
     */
    public Prober(InetSocketAddress target) {
        this.sockets = ProbeSockets.to(Flood.requireLoopback(target), new SourceAddresses());
    }

    /**
     * Connects and resets.
     *
     * @return whether it was connected
     */
    public boolean probe() {
        ProbeSocket socket = sockets.take();
        if (socket == null) {
            return false;
        }
        boolean connected = socket.connect() == ProbeEnd.DONE;
        socket.reset();
        sockets.giveBack(socket);
        return connected;
    }

    @Override
    public void close() {
        sockets.close();
    }
}
