package io.acceptor.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.it.Peers.Client;
import io.acceptor.it.Peers.Rain;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.TestReporter;

/**
 * A server that may open 256 descriptors, flooded and held to exhaustion; for every engine.
 *
 * <p>Clients must be answered all along: greeted or refused by a FIN, within the cap of the pause between two failed accepts.
 * That holds whenever the reserve was not snatched, every descriptor of it, by another thread in the moment it was given up.
 * It is never taken for an excuse here: the JVM's own compilers, which read the cgroup's memory limit from files, and the
 * snatcher below take one each at most.
 */
public abstract class ExhaustedDescriptors {
    static final int DESCRIPTORS = 256;
    private static final int HELD = 400;
    /** The longest pause of the default backoff, and what a busy machine may add. */
    private static final Duration ANSWERED_WITHIN = Duration.ofMillis(1600 + 1500);

    /** How a client was answered, and how long that took from its connect on. */
    private record Answer(String heard, Duration after) {}

    /**
     * A server, and what it has been through before it is exhausted.
     *
     * @param main its class, which calls {@link ExhaustedServer#serve}
     * @param inDirectory whether the library is loaded from a directory, where each class that is loaded needs a descriptor
     * @param warm whether it has had a client before it is exhausted
     * @param reply what those hear that it refuses
     * @param arguments of the server
     */
    public record Server(Class<?> main, boolean inDirectory, boolean warm, String reply, List<String> arguments) {

        ServerJvm start(Path directory) throws Exception {
            return ServerJvm.start(main, directory, DESCRIPTORS, inDirectory, List.of(), arguments);
        }

        /** A new JVM opens jars as it goes on; sockets and selectors are all that can be counted then. */
        int descriptors(ServerJvm server) {
            return Integer.parseInt(server.ask(warm ? "descriptors" : "sockets"));
        }
    }

    /**
     * Exhausts it, and looks at everything.
     *
     * @param flood how long clients and probes go on coming while it is exhausted
     */
    protected static void assertAnswersAllAlongAndComesBack(
            Server variant, Duration flood, Path directory, TestReporter reporter) throws Exception {
        try (ServerJvm server = variant.start(directory)) {
            int port = server.port();
            if (variant.warm()) {
                assertTalks(port);
            }
            Set<String> threads = server.threads();
            int descriptors = settled(() -> variant.descriptors(server));
            List<Client> held = new ArrayList<>();
            try {
                exhaust(server, port, variant, flood, held, reporter);
            } finally {
                held.forEach(Client::close);
            }
            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(server.ask("health")).contains("live=true", "ready=true"));
            for (int i = 0; i < 10; i++) {
                assertTalks(port);
            }
            await().untilAsserted(() -> assertThat(variant.descriptors(server)).isEqualTo(descriptors));
            assertThat(server.threads()).containsAll(threads);
            reporter.publishEntry("its books", server.accepted() + " of " + server.ask("stats"));
            await().until(() -> !server.log("accepting works again").isEmpty());
            List<String> log = server.log("");
            assertThat(log).hasSize(2);
            assertThat(log.get(0)).contains(" WARN ", "accept failed (exhausted)");
            assertThat(log.get(1)).contains(" INFO ", "accepting works again");
        }
    }

    /** Clients that are silent for more than a second hold all descriptors; those who come then are served, and stay. */
    protected static void assertSilentOnesMakeRoom(Server variant, Path directory) throws Exception {
        try (ServerJvm server = variant.start(directory)) {
            List<Client> held = new ArrayList<>();
            try {
                hold(server.port(), held);
                assertThat(server.ask("health")).contains("out of descriptors");
                await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
                for (int i = 0; i < 20; i++) {
                    Client newcomer = Peers.connect(server.port());
                    held.add(newcomer);
                    assertThat(newcomer.hear(ExhaustedServer.GREETING.length())).isEqualTo(ExhaustedServer.GREETING);
                    assertThat(newcomer.say("ping").hear(4)).isEqualTo("ping");
                }
                assertThat(server.ask("stats")).doesNotContain("MADE_ROOM=0");
            } finally {
                held.forEach(Client::close);
            }
        }
    }

    private static void exhaust(
            ServerJvm server, int port, Server variant, Duration flood, List<Client> held, TestReporter reporter)
            throws Exception {
        List<Answer> answers;
        try {
            answers = hold(port, held);
        } catch (SocketTimeoutException e) {
            throw new AssertionError(server.ask("stats") + server.ask("threads") + server.log(""), e);
        }
        assertThat(server.ask("health")).contains("live=true", "ready=false", "out of descriptors");
        try (Rain rain = Peers.rain(port)) {
            answers.addAll(flood(port, flood));
            reporter.publishEntry("probes meanwhile", String.valueOf(rain.stop()));
        }
        assertThat(server.ask("health")).contains("live=true", "ready=false", "out of descriptors");
        report(answers, reporter);
        assertThat(answers).extracting(Answer::heard).containsOnly(ExhaustedServer.GREETING, variant.reply());
        assertThat(answers).allSatisfy(answer -> assertThat(answer.after()).isLessThan(ANSWERED_WITHIN));
        for (int i = 0; i < held.size(); i++) {
            if (answers.get(i).heard().equals(ExhaustedServer.GREETING) && i % 20 == 0) {
                assertThat(held.get(i).say("ping").hear(4))
                        .as("who is in is served")
                        .isEqualTo("ping");
            }
        }
    }

    static int settled(IntSupplier number) {
        int[] last = {-1};
        await().during(Duration.ofMillis(300)).until(() -> last[0] == (last[0] = number.getAsInt()));
        return last[0];
    }

    static void assertTalks(int port) throws IOException {
        try (Client client = Peers.connect(port)) {
            assertThat(client.hear(ExhaustedServer.GREETING.length())).isEqualTo(ExhaustedServer.GREETING);
            assertThat(client.say("ping").hear(4)).isEqualTo("ping");
        }
    }

    /** More clients than it has descriptors for; they stay. */
    private static List<Answer> hold(int port, List<Client> held) throws IOException {
        long[] starts = new long[HELD];
        for (int i = 0; i < HELD; i++) {
            starts[i] = System.nanoTime();
            held.add(Peers.connect(port));
        }
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < HELD; i++) {
            answers.add(answerTo(held.get(i), starts[i]));
        }
        return answers;
    }

    /** Clients one after the other on a few threads, none of which stays. */
    private static List<Answer> flood(int port, Duration duration) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            long end = System.nanoTime() + duration.toNanos();
            List<Future<List<Answer>>> parts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Callable<List<Answer>> part = () -> {
                    List<Answer> answers = new ArrayList<>();
                    while (System.nanoTime() - end < 0) {
                        long start = System.nanoTime();
                        try (Client client = Peers.connect(port)) {
                            answers.add(answerTo(client, start));
                        }
                    }
                    return answers;
                };
                parts.add(threads.submit(part));
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<List<Answer>> part : parts) {
                answers.addAll(part.get());
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    private static Answer answerTo(Client client, long start) throws IOException {
        try {
            String heard = client.hear(ExhaustedServer.GREETING.length());
            return new Answer(heard, Duration.ofNanos(System.nanoTime() - start));
        } catch (SocketException e) {
            throw new AssertionError("a client was reset, not refused", e);
        }
    }

    private static void report(List<Answer> answers, TestReporter reporter) {
        for (boolean greeted : new boolean[] {true, false}) {
            List<Duration> sorted = answers.stream()
                    .filter(answer -> answer.heard().equals(ExhaustedServer.GREETING) == greeted)
                    .map(Answer::after)
                    .sorted()
                    .toList();
            if (!sorted.isEmpty()) {
                reporter.publishEntry(
                        greeted ? "greeted" : "refused",
                        String.format(
                                "%d, median %d ms, 99 %% %d ms, longest %d ms",
                                sorted.size(),
                                sorted.get(sorted.size() / 2).toMillis(),
                                sorted.get(sorted.size() * 99 / 100).toMillis(),
                                sorted.get(sorted.size() - 1).toMillis()));
            }
        }
    }
}
