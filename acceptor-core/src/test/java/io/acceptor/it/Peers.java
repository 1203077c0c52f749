package io.acceptor.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** What connects to a server in these tests, over loopback: probes that reset, and clients. */
public final class Peers {
    /** Long enough for any machine; a client that has to wait so long is one that was never served. */
    public static final int PATIENCE_MILLIS = 20_000;

    /** The loopback address of IPv6. */
    public static final InetAddress IPV6 = ipv6Loopback();

    private Peers() {}

    private static InetAddress ipv6Loopback() {
        byte[] address = new byte[16];
        address[15] = 1;
        try {
            return InetAddress.getByAddress(address);
        } catch (IOException e) {
            throw new AssertionError("16 bytes are an address", e);
        }
    }

    /** The probe of a load balancer: the handshake, then a reset. */
    public static void probe(int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setSoLinger(true, 0); // before connect: the reset then follows at once
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        }
    }

    /** So many probes as fast as these threads can. */
    public static void probe(int port, int count, int threads) throws IOException {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> parts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int share = count / threads + (i < count % threads ? 1 : 0);
                parts.add(executor.submit(() -> {
                    for (int n = 0; n < share; n++) {
                        probe(port);
                    }
                    return null;
                }));
            }
            for (Future<?> part : parts) {
                part.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            executor.shutdownNow();
        }
    }

    /** Probes a port again and again, on a thread of its own, until closed. */
    public static final class Rain implements AutoCloseable {
        private final AtomicLong sent = new AtomicLong();
        private final AtomicReference<IOException> failure = new AtomicReference<>();
        private final Thread thread;
        private volatile boolean over;

        private Rain(int port) {
            thread = new Thread(() -> run(port), "rain on " + port);
            thread.setDaemon(true);
            thread.start();
        }

        private void run(int port) {
            while (!over) {
                try {
                    probe(port);
                    sent.incrementAndGet();
                } catch (IOException e) {
                    failure.compareAndSet(null, e);
                }
            }
        }

        /** Ends it, and tells how many probes were sent. */
        public long stop() throws IOException {
            close();
            if (failure.get() != null) {
                throw new IOException("a probe could not connect", failure.get());
            }
            return sent.get();
        }

        @Override
        public void close() {
            over = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Begins to probe a port as fast as one thread can. */
    public static Rain rain(int port) {
        return new Rain(port);
    }

    /** Connects over IPv4 loopback. */
    public static Client connect(int port) throws IOException {
        return connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** Connects. */
    public static Client connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return new Client(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A connected client that reads and writes ASCII. */
    public record Client(Socket socket) implements AutoCloseable {

        /** Sends. */
        public Client say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(US_ASCII));
            return this;
        }

        /** Reads as many characters as there are to read, up to this many. */
        public String hear(int length) throws IOException {
            return new String(socket.getInputStream().readNBytes(length), US_ASCII);
        }

        /** Reads to the end of the stream. */
        public String hearAll() throws IOException {
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }

        /** Whether nothing comes, not even an end, for this long. */
        public boolean hearsNothingFor(int millis) throws IOException {
            socket.setSoTimeout(millis);
            try {
                socket.getInputStream().read();
                return false;
            } catch (SocketTimeoutException e) {
                return true;
            } finally {
                socket.setSoTimeout(PATIENCE_MILLIS);
            }
        }

        /** Resets the connection. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
