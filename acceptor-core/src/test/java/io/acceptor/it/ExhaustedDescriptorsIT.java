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
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

        static Server start(Path directory, String classPath) throws IOException {
            Path log = Files.writeString(directory.resolve("logback.xml"), """
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
                    classPath,
                    ExhaustedServer.class.getName());
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
                assertThat(answer)
                        .as("answer to %s; %s", question, program.errors())
                        .isNotNull();
                return answer;
            } catch (IOException e) {
                throw new AssertionError("the server has ended: " + question, e);
            }
        }

        int descriptors() {
            return Integer.parseInt(ask("descriptors"));
        }

        Set<String> threads() {
            return new TreeSet<>(
                    Arrays.asList(ask("threads").replaceAll("[\\[\\]]", "").split(", ")));
        }

        List<String> log(String level) throws IOException {
            return program.errorLines().stream()
                    .filter(line -> line.contains(level))
                    .toList();
        }

        @Override
        public void close() {
            program.close();
        }
    }

    /** How a client was answered, and how long that took from its connect on. */
    private record Answer(boolean greeted, Duration after) {}

    /** In jars classes can be loaded without a descriptor, from a directory they cannot: both are ways to run a server. */
    @ParameterizedTest(name = "library in a directory: {0}")
    @ValueSource(booleans = {false, true})
    void clientsAreAnsweredAllAlongAndItComesBack(boolean inDirectory, @TempDir Path directory, TestReporter reporter)
            throws Exception {
        try (Server server = Server.start(directory, classPath(inDirectory, directory))) {
            int port = Integer.parseInt(server.ask("port"));
            assertThat(talk(port)).as("a client before").isTrue();
            Set<String> threads = server.threads();
            int descriptors = settledDescriptors(server);

            List<Client> held = new ArrayList<>();
            try {
                List<Answer> answers = new ArrayList<>(hold(port, held));
                assertThat(server.ask("health")).as("while it lasts").contains("live=true", "ready=false");
                try (Rain rain = Peers.rain(port)) {
                    answers.addAll(flood(port));
                    reporter.publishEntry("probes meanwhile", String.valueOf(rain.stop()));
                }
                report(answers, reporter);
                assertThat(server.ask("health")).contains("live=true", "ready=false", "out of descriptors");
                assertThat(answers)
                        .as("answers")
                        .allSatisfy(answer -> assertThat(answer.after()).isLessThan(ANSWERED_WITHIN));
                assertThat(answers)
                        .filteredOn(answer -> !answer.greeted())
                        .as("the refused")
                        .isNotEmpty();
            } finally {
                held.forEach(Client::close);
            }

            await().atMost(30, TimeUnit.SECONDS)
                    .untilAsserted(() -> assertThat(server.ask("health")).contains("live=true", "ready=true"));
            for (int i = 0; i < 10; i++) {
                assertThat(talk(port)).as("a client after").isTrue();
            }
            await().untilAsserted(() -> assertThat(server.descriptors()).isEqualTo(descriptors));
            assertThat(server.threads()).containsAll(threads);
            reporter.publishEntry("its books", server.ask("stats"));
            await().untilAsserted(() -> assertThat(server.log("INFO")).hasSize(1));
            assertThat(server.log("INFO").get(0)).contains("accepting works again");
            assertThat(server.log("WARN")).singleElement().asString().contains("accept failed (exhausted)");
            assertThat(server.program.errorLines()).hasSize(2);
        }
    }

    /** This JVM's class path; the library is a jar in it when Maven runs this, and a directory in an IDE. */
    private static String classPath(boolean inDirectory, Path directory) throws Exception {
        Path library = Path.of(Acceptor.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> path = new ArrayList<>();
        for (String name : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path entry = Path.of(name).toAbsolutePath();
            boolean unpack = inDirectory
                    && Files.isRegularFile(library)
                    && Files.exists(entry)
                    && Files.isSameFile(entry, library);
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

    private static int settledDescriptors(Server server) {
        int[] last = {-1};
        await().during(Duration.ofMillis(300)).until(() -> last[0] == (last[0] = server.descriptors()));
        return last[0];
    }

    private static boolean talk(int port) throws IOException {
        try (Client client = Peers.connect(port)) {
            return client.hear(ExhaustedServer.GREETING.length()).equals(ExhaustedServer.GREETING)
                    && client.say("ping").hear(4).equals("ping");
        }
    }

    /** More clients than it has descriptors for; they stay. */
    private static List<Answer> hold(int port, List<Client> held) throws IOException {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < HELD; i++) {
            long start = System.nanoTime();
            Client client = Peers.connect(port);
            held.add(client);
            answers.add(answerTo(client, start));
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
        String heard;
        try {
            heard = client.hear(ExhaustedServer.GREETING.length());
        } catch (SocketException e) {
            throw new AssertionError("a client was reset, not refused", e);
        }
        assertThat(heard).isIn("", ExhaustedServer.GREETING);
        return new Answer(!heard.isEmpty(), Duration.ofNanos(System.nanoTime() - start));
    }

    private static void report(List<Answer> answers, TestReporter reporter) {
        for (boolean greeted : new boolean[] {true, false}) {
            List<Duration> sorted = answers.stream()
                    .filter(answer -> answer.greeted() == greeted)
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
