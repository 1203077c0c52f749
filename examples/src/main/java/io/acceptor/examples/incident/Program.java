package io.acceptor.examples.incident;

import io.acceptor.Acceptor;
import io.acceptor.AcceptorStats;
import io.acceptor.Greeting;
import io.acceptor.ResilientServerSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the four servers have in common: the greeting, the conversation after it, and their books. They differ only in
 * {@link #serve}, and that by as many lines as the replay shows.
 */
abstract class Program {
    /** Twelve bytes, as in the story. */
    static final byte[] HELLO = "HELLO 1.0.0\n".getBytes(StandardCharsets.US_ASCII);

    /** The same, for those who leave it to the library. */
    static final Greeting GREETING = Greeting.of(HELLO);

    static final String QUESTION = "ping";
    static final String ANSWER = "pong";

    /** What {@code new ServerSocket(port)} asks for. */
    private static final int JDK_BACKLOG = 50;

    private static final long RETRY_NANOS = 10_000_000;

    private final ExecutorService sessions = Executors.newCachedThreadPool();
    private final CountDownLatch listening = new CountDownLatch(1);

    /** Connections the loop took with accept(). */
    private final AtomicLong taken = new AtomicLong();
    /** Connections whose greeting was written by the loop. */
    private final AtomicLong greeted = new AtomicLong();
    /** Writes of the greeting that failed. */
    private final AtomicLong failedWrites = new AtomicLong();
    /** Connections whose greeting failed at least once. */
    private final AtomicLong deadAtWrite = new AtomicLong();
    /** Conversations in which the client said something. */
    private final AtomicLong spoken = new AtomicLong();

    /** Set once before {@link #listening} opens, read after it. */
    private @Nullable InetSocketAddress address;

    private long backlog = JDK_BACKLOG;
    private @Nullable Supplier<AcceptorStats> stats;

    /** Listens on the port and serves for ever. */
    abstract void serve(int port) throws IOException;

    /** Counts what accept() gave. */
    final Socket took(Socket client) {
        taken.incrementAndGet();
        return client;
    }

    /** The fault: whoever runs the accept loop comes in here, and a write that fails is tried again, and again. */
    final void greet(Socket client) {
        for (long attempt = 1; ; attempt++) {
            try {
                client.getOutputStream().write(HELLO);
                greeted.incrementAndGet();
                return;
            } catch (IOException notSent) {
                if (attempt == 1) {
                    deadAtWrite.incrementAndGet();
                }
                failedWrites.incrementAndGet();
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    /** The rest of the conversation, on a thread of its own. */
    final void talk(Socket client) {
        sessions.execute(() -> {
            try {
                answer(client);
            } catch (IOException gone) {
                // Nobody left to tell.
            }
        });
    }

    /** Answers each line until the client is done. */
    final void answer(Socket client) throws IOException {
        try (client) {
            OutputStream out = client.getOutputStream();
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            if (in.readLine() == null) {
                return;
            }
            spoken.incrementAndGet();
            do {
                out.write((ANSWER + "\n").getBytes(StandardCharsets.US_ASCII));
            } while (in.readLine() != null);
        }
    }

    final void listening(ServerSocket server) {
        if (server instanceof ResilientServerSocket ours) {
            stats = ours::stats;
            backlog = (long) ours.queue().reading().limit();
        }
        listening((InetSocketAddress) server.getLocalSocketAddress());
    }

    final void listening(Acceptor acceptor) {
        stats = acceptor::stats;
        backlog = (long) acceptor.queue().reading().limit();
        listening(acceptor.localAddress());
    }

    private void listening(InetSocketAddress local) {
        address = local;
        listening.countDown();
    }

    /** Waits until it listens; "host port backlog". */
    final String whereItListens() throws InterruptedException {
        listening.await();
        InetSocketAddress local = Objects.requireNonNull(address);
        return local.getAddress().getHostAddress() + " " + local.getPort() + " " + backlog;
    }

    /** The books as numbers by name: the loop's own, then those of the library if it runs on that. */
    final Map<String, Long> books() {
        Map<String, Long> books = new LinkedHashMap<>();
        books.put("taken", taken.get());
        books.put("greeted", greeted.get());
        books.put("deadAtWrite", deadAtWrite.get());
        books.put("failedWrites", failedWrites.get());
        books.put("spoken", spoken.get());
        if (stats != null) {
            AcceptorStats now = stats.get();
            books.put("accepted", now.accepted());
            books.put("ended", now.ended());
            books.put("probeLike", now.probeLike());
            now.outcomes().forEach((outcome, count) -> books.put(Books.OUTCOME + outcome, count));
            now.rejections().forEach((reason, count) -> books.put(Books.REASON + reason, count));
        }
        return books;
    }
}
