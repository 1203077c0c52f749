package io.acceptor.examples.haproxy;

import io.acceptor.it.Peers;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Clients that come one after the other, some at a time, until it is closed. Each is greeted, by its own address if that is
 * known, and echoed twice.
 */
final class Load implements AutoCloseable {
    private final int port;
    private final boolean known;
    private final AtomicLong served = new AtomicLong();
    private final ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads;
    private volatile boolean over;

    /**
     * Begins.
     *
     * @param clients how many at a time
     * @param known whether the server is told who they are
     */
    Load(int port, int clients, boolean known) {
        this.port = port;
        this.known = known;
        threads = IntStream.range(0, clients)
                .mapToObj(number -> new Thread(this::run, "client " + number))
                .toList();
        threads.forEach(Thread::start);
    }

    private void run() {
        while (!over) {
            try {
                converse();
                served.incrementAndGet();
            } catch (IOException | RuntimeException e) {
                lost.add(e.toString());
            }
        }
    }

    private void converse() throws IOException {
        try (Peers.Client client = Peers.connect(port)) {
            String who = known ? ":" + client.socket().getLocalPort() : ":\\d+";
            expect("220 127\\.0\\.0\\.1" + who + "\r\n", line(client));
            expect("one\n", client.say("one\n").hear(4));
            expect("two\n", client.say("two\n").hear(4));
        }
    }

    private static String line(Peers.Client client) throws IOException {
        StringBuilder line = new StringBuilder();
        for (String next = client.hear(1); !next.isEmpty(); next = next.equals("\n") ? "" : client.hear(1)) {
            line.append(next);
        }
        return line.toString();
    }

    private static void expect(String expected, String heard) throws IOException {
        if (!heard.matches(expected)) {
            throw new IOException("heard \"" + heard + "\" instead of \"" + expected + "\"");
        }
    }

    long served() {
        return served.get();
    }

    List<String> lost() {
        return List.copyOf(lost);
    }

    /** Ends it when its clients have been served. */
    void stop() {
        over = true;
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
