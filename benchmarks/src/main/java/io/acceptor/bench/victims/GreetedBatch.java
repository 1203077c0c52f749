package io.acceptor.bench.victims;

import io.acceptor.bench.measure.SourceAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Clients that are connected at the same time, then greeted one after the other, and leave with a reset. */
public final class GreetedBatch {
    private final InetSocketAddress target;
    private final byte[] greeting;
    private final Duration timeout;

    public GreetedBatch(InetSocketAddress target, byte[] greeting, Duration timeout) {
        this.target = target;
        this.greeting = greeting;
        this.timeout = timeout;
    }

    /** How many were greeted in full. */
    public int run(SourceAddresses sources, int count) {
        List<Socket> clients = new ArrayList<>(count);
        try {
            for (int i = 0; i < count; i++) {
                connect(sources, clients);
            }
            return (int) clients.stream().filter(this::isGreeted).count();
        } finally {
            clients.forEach(GreetedBatch::reset);
        }
    }

    private void connect(SourceAddresses sources, List<Socket> clients) {
        Socket client = new Socket();
        clients.add(client);
        try {
            client.bind(sources.next());
            client.setSoLinger(true, 0);
            client.setSoTimeout((int) timeout.toMillis());
            client.connect(target, (int) timeout.toMillis());
        } catch (IOException notConnected) {
            // It will not be greeted either.
        }
    }

    private boolean isGreeted(Socket client) {
        try {
            return client.isConnected() && Arrays.equals(client.getInputStream().readNBytes(greeting.length), greeting);
        } catch (IOException gone) {
            return false;
        }
    }

    private static void reset(Socket client) {
        try {
            client.close();
        } catch (IOException nothingLeftToClose) {
            // The kernel has released the descriptor all the same.
        }
    }
}
