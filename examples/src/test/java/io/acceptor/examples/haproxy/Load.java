package io.acceptor.examples.haproxy;

import io.acceptor.it.Peers;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** Clients that come one after the other, some at a time, until it is closed. Each is greeted, and echoed twice. */
final class Load implements AutoCloseable {
    private static final String GREETING = "220 ready\r\n";

    private final int port;
    private final AtomicLong served = new AtomicLong();
    private final ConcurrentLinkedQueue<String> lost = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads;
    private volatile boolean over;

    Load(int port, int clients) {
        this.port = port;
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
            expect(GREETING, client.hear(GREETING.length()));
            expect("one\n", client.say("one\n").hear(4));
            expect("two\n", client.say("two\n").hear(4));
        }
    }

    private static void expect(String expected, String heard) throws IOException {
        if (!heard.equals(expected)) {
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
