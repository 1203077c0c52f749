package io.acceptor.exhaustion;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The life of a server from start to close, in the middle of which something fails once, wherever it was armed to: then what was asked
 * for fails or goes on, but nothing is lost. Gives what is wrong, or an empty text.
 */
public abstract class ExhaustionScenario implements Callable<String> {
    static final String GREETING = "hello\n";
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    private final List<String> wrong = new ArrayList<>();

    /** A server that greets with {@code hello\n}, and echoes one byte and closes. */
    abstract Running start() throws IOException;

    /** A server that has started. */
    interface Running extends AutoCloseable {
        InetSocketAddress address();

        /** What it counts wrongly or holds while no client is there, or an empty text. */
        String held();

        @Override
        void close();
    }

    @Override
    public final String call() throws Exception {
        Set<String> before = left();
        Running server;
        try {
            server = start();
        } catch (Throwable t) {
            awaitNothingLeft(before, "a start that failed with " + t);
            server = start(); // nothing of the first is in the way
        }
        visits(server.address());
        serves(server);
        awaitNothingHeld(server);
        try {
            server.close();
        } catch (Throwable t) {
            server.close();
        }
        awaitNothingHeld(server);
        awaitNothingLeft(before, "close()");
        return String.join("; ", wrong);
    }

    /** Clients of several kinds; what becomes of them is theirs, as long as nothing of them stays. */
    private static void visits(InetSocketAddress address) {
        leave(address, true);
        leave(address, false);
        try (Socket silent = new Socket()) {
            silent.connect(address);
            talk(address);
            silent.setSoTimeout(200);
            silent.getInputStream().readNBytes(GREETING.length());
        } catch (IOException e) {
            return; // it is the one that was hit
        }
    }

    private static void leave(InetSocketAddress address, boolean reset) {
        try (Socket leaving = new Socket()) {
            leaving.connect(address);
            if (reset) {
                leaving.setSoLinger(true, 0);
            }
        } catch (IOException e) {
            return; // the server had none to accept it with
        }
    }

    private void serves(Running server) throws InterruptedException {
        String said = "";
        for (int i = 0;
                i < 3 && !said.equals(GREETING + "x");
                i++) { // if the fault was still to come, it hits one of them
            said = talk(server.address());
        }
        if (!said.equals(GREETING + "x")) {
            wrong.add("a client was told '" + said + "'");
        }
        if (!left().containsAll(Set.of("acceptor-housekeeper", "acceptor-events-exhausted"))) {
            wrong.add("a thread has ended: " + left());
        }
    }

    private static String talk(InetSocketAddress address) {
        try (Socket client = new Socket()) {
            client.connect(address, 1000);
            client.setSoTimeout(500);
            client.getOutputStream().write('x');
            return new String(client.getInputStream().readAllBytes(), US_ASCII);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void awaitNothingHeld(Running server) {
        try {
            await().atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> held(server).isEmpty());
        } catch (ConditionTimeoutException e) {
            wrong.add(held(server));
        }
    }

    /** Who asks may be the one that is hit. */
    private static String held(Running server) {
        try {
            return server.held();
        } catch (Throwable t) {
            return t.toString();
        }
    }

    private void awaitNothingLeft(Set<String> before, String after) {
        try {
            await().atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(2))
                    .until(() -> before.containsAll(left()));
        } catch (ConditionTimeoutException e) {
            Set<String> more = left();
            more.removeAll(before);
            wrong.add("left behind by " + after + ": " + more);
        }
    }

    private static Set<String> left() {
        Set<String> left = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("acceptor-"))
                .collect(Collectors.toCollection(TreeSet::new));
        try (Stream<Path> descriptors = Files.list(Paths.get("/proc/self/fd"))) {
            descriptors
                    .map(ExhaustionScenario::target)
                    .filter(target -> target.startsWith("socket:") || target.startsWith("anon_inode:"))
                    .forEach(left::add);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return left;
    }

    private static String target(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("anon_inode:") ? target + " " + descriptor.getFileName() : target;
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }
}
