package io.acceptor.bench.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code c-epoll}: the reference, a single epoll loop in C (accept4, send, close), compiled when it is started. It runs in a
 * process of its own below this one, and its numbers are that process's.
 */
final class CEpollServer implements ServerUnderTest {
    private static final String COMPILER = "gcc";
    private static final String SOURCE = "c-epoll.c";
    private static final long COMPILE_LIMIT_SECONDS = 60;
    private static final long END_LIMIT_SECONDS = 5;

    private final Process process;
    private final BufferedReader output;
    private final InetSocketAddress address;

    private CEpollServer(Process process, BufferedReader output, InetSocketAddress address) {
        this.process = process;
        this.output = output;
        this.address = address;
    }

    static Optional<String> obstacle() {
        boolean present = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, COMPILER)));
        return present ? Optional.empty() : Optional.of("needs the C compiler " + COMPILER + " on the PATH");
    }

    static ServerUnderTest start(ServerConfig config) throws IOException {
        Path folder = Files.createTempDirectory("acceptor-bench-c");
        try {
            Path greeting = Files.write(folder.resolve("greeting"), config.greetingBytes());
            Process process = new ProcessBuilder(
                            compile(folder).toString(),
                            config.address().getAddress().getHostAddress(),
                            Integer.toString(config.address().getPort()),
                            Integer.toString(config.backlog()),
                            greeting.toString())
                    .redirectError(Redirect.INHERIT)
                    .start();
            return listening(process, config.address());
        } finally {
            delete(folder);
        }
    }

    private static Path compile(Path folder) throws IOException {
        Path source = folder.resolve(SOURCE);
        try (InputStream text = CEpollServer.class.getResourceAsStream(SOURCE)) {
            if (text == null) {
                throw new IOException(SOURCE + " is missing from this program");
            }
            Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Path program = folder.resolve("c-epoll");
        Process compiler = new ProcessBuilder(COMPILER, "-O2", "-Wall", "-o", program.toString(), source.toString())
                .inheritIO()
                .start();
        if (!endsInTime(compiler, COMPILE_LIMIT_SECONDS) || compiler.exitValue() != 0) {
            compiler.destroyForcibly();
            throw new IOException(COMPILER + " could not compile " + SOURCE);
        }
        return program;
    }

    /** It says its port once it listens; until then the files in its folder are needed. */
    private static ServerUnderTest listening(Process process, InetSocketAddress asked) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.US_ASCII);
        String port = output.readLine();
        if (port == null) {
            process.destroyForcibly();
            throw new BindException("the C server does not start");
        }
        InetSocketAddress address = new InetSocketAddress(asked.getAddress(), Integer.parseInt(port));
        return new CEpollServer(process, output, address);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    /** Asks it, in the way that this program itself is asked: a line for a line. */
    @Override
    public ServerCounts counts() {
        try {
            process.outputWriter(StandardCharsets.US_ASCII).append('\n').flush();
            Scanner numbers = new Scanner(String.valueOf(output.readLine()));
            return new ServerCounts(numbers.nextLong(), null, numbers.nextLong());
        } catch (IOException | RuntimeException ended) {
            return new ServerCounts(null, null, null);
        }
    }

    /** It ends when its input does. */
    @Override
    public void close() {
        try {
            process.outputWriter(StandardCharsets.US_ASCII).close();
        } catch (IOException alreadyEnded) {
            // Nobody reads it any more.
        }
        if (!endsInTime(process, END_LIMIT_SECONDS)) {
            process.destroyForcibly();
        }
    }

    private static boolean endsInTime(Process process, long seconds) {
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
