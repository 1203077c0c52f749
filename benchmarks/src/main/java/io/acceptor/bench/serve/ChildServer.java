package io.acceptor.bench.serve;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server under test in a JVM of its own. Not thread-safe. */
public final class ChildServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final String READY = "READY ";

    private final String name;
    private final ChildProcess process;
    private final InetSocketAddress address;

    private ChildServer(String name, ChildProcess process, InetSocketAddress address) {
        this.name = name;
        this.process = process;
        this.address = address;
    }

    /**
     * Starts one on a free port of 127.0.0.1; it listens when this returns.
     *
     * @param name one of the servers' names
     * @param options further options of {@code serve}
     * @param jvmOptions for its JVM
     * @throws IOException if it does not listen in time
     */
    public static ChildServer start(String name, List<String> options, List<String> jvmOptions) throws IOException {
        return await(name, ChildProcess.start(ServeCommand.class, jvmOptions, arguments(name, options)));
    }

    /** The same with at most so many descriptors open at once. */
    public static ChildServer startWithDescriptors(int most, String name, List<String> options, List<String> jvmOptions)
            throws IOException {
        return await(
                name,
                ChildProcess.startWithDescriptors(most, ServeCommand.class, jvmOptions, arguments(name, options)));
    }

    private static List<String> arguments(String name, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of("--server=" + name, "--port=0"));
        arguments.addAll(options);
        return arguments;
    }

    private static ChildServer await(String name, ChildProcess process) throws IOException {
        try {
            return new ChildServer(name, process, addressIn(process.nextLine(START_LIMIT)));
        } catch (IOException e) {
            process.close();
            throw new IOException("server " + name + " did not start: " + e.getMessage(), e);
        }
    }

    private static InetSocketAddress addressIn(String line) throws IOException {
        int colon = line.lastIndexOf(':');
        if (!line.startsWith(READY) || colon < 0) {
            throw new IOException("expected " + READY + "HOST:PORT, got " + line);
        }
        return new InetSocketAddress(
                line.substring(READY.length(), colon), Integer.parseInt(line.substring(colon + 1)));
    }

    public String name() {
        return name;
    }

    /** The process that serves: its own, or the one that it has started (c-epoll). */
    public long servingPid() {
        return process.pidOfChild().orElse(process.pid());
    }

    /** Lines it has logged so far. */
    public long logLines() {
        return process.errorLines();
    }

    public InetSocketAddress address() {
        return address;
    }

    /**
     * Asks it for its numbers.
     *
     * @throws IOException if it does not answer
     */
    public ServerReading reading() throws IOException {
        try {
            process.sendLine("");
            return ServerReading.fromJson(process.nextLine(ANSWER_LIMIT));
        } catch (IOException e) {
            throw new IOException("server " + name + " gave no reading: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
