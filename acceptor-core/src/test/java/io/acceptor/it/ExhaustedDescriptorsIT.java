package io.acceptor.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.Acceptor;
import io.acceptor.it.Peers.Client;
import io.acceptor.it.Peers.Rain;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A server that may open 256 descriptors, flooded and held to exhaustion.
 *
 * <p>Clients must be answered all along: greeted or refused by a FIN, within the cap of the pause between two failed accepts.
 * The reserve descriptor makes that so unless another thread of the process snatches its slot; here nobody can: the limit is
 * the process's own, and nothing but the loop opens descriptors in it.
 */
@Timeout(180)
class ExhaustedDescriptorsIT {
    private static final int DESCRIPTORS = 256;
    private static final int HELD = 400;
    private static final Duration FLOOD = Duration.ofSeconds(5);
    /** The longest pause of the default backoff, and what a busy machine may add. */
    private static final Duration ANSWERED_WITHIN = Duration.ofMillis(1600 + 1500);

    /** The other JVM. */
    private record Server(Program program, BufferedReader answers) implements AutoCloseable {

        static Server start(Path directory, Variant variant) throws Exception {
            Path log = Files.writeString(
                    directory.resolve("logback.xml"),
                    """
                    <configuration>
                      <appender name="ERR" class="ch.qos.logback.core.ConsoleAppender">
                        <target>System.err</target>
                        <encoder><pattern>%d %level %logger - %msg%n</pattern></encoder>
                      </appender>
                      <root level="INFO"><appender-ref ref="ERR"/></root>
                    </configuration>
                    """);
            Program program = Program.start(
                    directory,
                    "/bin/sh",
                    "-c",
                    "ulimit -n " + DESCRIPTORS + " && exec \"$0\" \"$@\"",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Dlogback.configurationFile=" + log,
                    "-cp",
                    classPath(variant.inDirectory, directory),
                    ExhaustedServer.class.getName(),
                    variant.reply.isEmpty() ? "" : "reply");
            return new Server(
                    program,
                    new BufferedReader(
                            new InputStreamReader(program.process().getInputStream(), StandardCharsets.US_ASCII)));
        }

        synchronized String ask(String question) {
            try {
                OutputStream questions = program.process().getOutputStream();
                questions.write((question + "\n").getBytes(StandardCharsets.US_ASCII));
                questions.flush();
                String answer = answers.readLine();
                assertThat(answer).as("answer to %s; %s", question, program.errors()).isNotNull();
                return answer;
            } catch (IOException e) {
                throw new AssertionError("the server has ended: " + question, e);
            }
        }

        Set<String> threads() {
            return new TreeSet<>(Arrays.asList(ask("threads").replaceAll("[\\[\\]]", "").split(", ")));
        }

        List<String> log(String level) throws IOException {
            return program.errorLines().stream().filter(line -> line.contains(level)).toList();
        }

        @Override
        public void close() {
            program.close();
        }
    }

    /** How a client was answered, and how long that took from its connect on. */
    private record Answer(String heard, Duration after) {}

    /** A server, and what it has been through before it is exhausted. */
    private enum Variant {
        /** As Maven makes it: in a jar, which stays open, so that classes can be loaded without a descriptor. */
        IN_A_JAR(false, true, ""),
        /** As an IDE runs it: each class that is loaded needs a descriptor. */
        IN_A_DIRECTORY(true, true, ""),
        /** The same, exhausted by its very first clients; those refused get a reply. */
        IN_A_DIRECTORY_AND_NEW(true, false, ExhaustedServer.REPLY);

        final boolean inDirectory;
        final boolean warm;
        final String reply;

        Variant(boolean inDirectory, boolean warm, String reply) {
            this.inDirectory = inDirectory;
            this.warm = warm;
            this.reply = reply;
        }

        /** A new JVM opens jars as it goes on; sockets and selectors are all that can be counted then. */
        int descriptors(Server server) {
            return Integer.parseInt(server.ask(warm ? "descriptors" : "sockets"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientsAreAnsweredAllAlongAndItComesBack(Variant variant, @TempDir Path directory, TestReporter reporter)
            throws Exception {
        try (Server server = Server.start(directory, variant)) {
            int port = Integer.parseInt(server.ask("port"));
            if (variant.warm) {
                assertTalks(port);
            }
            Set<String> threads = server.threads();
            int descriptors = settled(() -> variant.descriptors(server));
            List<Client> held = new ArrayList<>();
            try {
                exhaust(server, port, variant, held, reporter);
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
            reporter.publishEntry("its books", server.ask("stats"));
            await().untilAsserted(() -> assertThat(server.log("INFO"))
                    .singleElement()
                    .asString()
                    .contains("accepting works again"));
            assertThat(server.log("WARN")).singleElement().asString().contains("accept failed (exhausted)");
            assertThat(server.program.errorLines()).hasSize(2);
        }
    }

    private static void exhaust(Server server, int port, Variant variant, List<Client> held, TestReporter reporter)
            throws Exception {
        List<Answer> answers = hold(port, held);
        assertThat(server.ask("health")).contains("live=true", "ready=false", "out of descriptors");
        try (Rain rain = Peers.rain(port)) {
            answers.addAll(flood(port));
            reporter.publishEntry("probes meanwhile", String.valueOf(rain.stop()));
        }
        assertThat(server.ask("health")).contains("live=true", "ready=false", "out of descriptors");
        report(answers, reporter);
        assertThat(answers).extracting(Answer::heard).containsOnly(ExhaustedServer.GREETING, variant.reply);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.after()).isLessThan(ANSWERED_WITHIN));
        for (int i = 0; i < held.size(); i++) {
            if (answers.get(i).heard().equals(ExhaustedServer.GREETING) && i % 20 == 0) {
                assertThat(held.get(i).say("ping").hear(4)).as("who is in is served").isEqualTo("ping");
            }
        }
    }

    /** This JVM's class path; the library is a jar in it when Maven runs this, and a directory in an IDE. */
    private static String classPath(boolean inDirectory, Path directory) throws Exception {
        Path library = Path.of(Acceptor.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> path = new ArrayList<>();
        for (String name : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path entry = Path.of(name).toAbsolutePath();
            boolean unpack = inDirectory && Files.isRegularFile(library) && Files.exists(entry) && Files.isSameFile(entry, library);
            path.add(unpack ? unpack(name, directory.resolve("classes")) : entry.toString());
        }
        return String.join(File.pathSeparator, path);
    }

    private static String unpack(String jar, Path to) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
                if (entry.getName().endsWith(".class")) {
                    Path target = to.resolve(entry.getName());
                    Files.createDirectories(target.getParent());
                    Files.copy(file.getInputStream(entry), target);
                }
            }
        }
        return to.toString();
    }

    private static int settled(IntSupplier number) {
        int[] last = {-1};
        await().during(Duration.ofMillis(300)).until(() -> last[0] == (last[0] = number.getAsInt()));
        return last[0];
    }

    private static void assertTalks(int port) throws IOException {
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
    private static List<Answer> flood(int port) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            long end = System.nanoTime() + FLOOD.toNanos();
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
