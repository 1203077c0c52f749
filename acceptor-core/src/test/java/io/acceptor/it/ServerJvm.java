package io.acceptor.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.Acceptor;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** A server that answers questions as {@link ExhaustedServer} does, in a JVM of its own. It logs to its standard error. */
public final class ServerJvm implements AutoCloseable {
    private static final String LOGBACK = """
            <configuration>
              <appender name="ERR" class="ch.qos.logback.core.ConsoleAppender">
                <target>System.err</target>
                <encoder><pattern>%d %level %logger - %msg%n</pattern></encoder>
              </appender>
              <root level="INFO"><appender-ref ref="ERR"/></root>
            </configuration>
            """;

    private final Program program;
    private final BufferedReader answers; // guarded by this

    private ServerJvm(Program program) {
        this.program = program;
        this.answers =
                new BufferedReader(new InputStreamReader(program.process().getInputStream(), US_ASCII));
    }

    /**
     * Starts one.
     *
     * @param main its class
     * @param directory for its files
     * @param descriptors how many it may open
     * @param inDirectory whether the library is to be loaded from a directory and not from a jar
     * @param options of the JVM
     * @param arguments of the server
     */
    public static ServerJvm start(
            Class<?> main,
            Path directory,
            int descriptors,
            boolean inDirectory,
            List<String> options,
            List<String> arguments)
            throws Exception {
        Path log = Files.writeString(directory.resolve("logback.xml"), LOGBACK);
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -n " + descriptors + " && exec \"$0\" \"$@\""));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(NativeAccess.ofThisJvm());
        command.addAll(options);
        command.add("-Dlogback.configurationFile=" + log);
        command.add("-cp");
        command.add(classPath(inDirectory, directory));
        command.add(main.getName());
        command.addAll(arguments);
        return new ServerJvm(Program.start(directory, command.toArray(new String[0])));
    }

    /** This JVM's class path; the library is a jar in it when Maven runs this, and a directory in an IDE. */
    private static String classPath(boolean inDirectory, Path directory) throws Exception {
        Path library = Path.of(Acceptor.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> path = new ArrayList<>();
        for (String name : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
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

    synchronized String ask(String question) {
        try {
            OutputStream questions = program.process().getOutputStream();
            questions.write((question + "\n").getBytes(US_ASCII));
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

    public int port() {
        return Integer.parseInt(ask("port"));
    }

    /** How many connections it has accepted, once as many have ended. */
    long accepted() {
        Callable<String> books = () -> ask("books");
        String balanced = await().until(books, line -> line.matches("(\\d+) accepted, \\1 ended"));
        return Long.parseLong(balanced.replaceAll(" .*", ""));
    }

    Set<String> threads() {
        return new TreeSet<>(
                Arrays.asList(ask("threads").replaceAll("[\\[\\]]", "").split(", ", -1)));
    }

    /** The lines of its log that hold this text. */
    List<String> log(String text) throws IOException {
        return program.errorLines().stream().filter(line -> line.contains(text)).toList();
    }

    @Override
    public void close() {
        program.close();
    }
}
