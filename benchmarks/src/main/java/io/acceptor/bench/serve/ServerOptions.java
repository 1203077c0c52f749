package io.acceptor.bench.serve;

import io.acceptor.bench.measure.Limits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What every server under test can be told, whichever command starts it. */
public final class ServerOptions {
    private static final int MAX_BACKLOG = 1_000_000;
    private static final int MAX_GREETING = 64 * 1024 * 1024;
    private static final int MAX_WORKERS = 10_000;

    /** Twelve bytes, as long as the greeting of the incident this library is about. */
    private static final String DEFAULT_GREETING = "ACCEPTOR 1\r\n";

    @Option(
            names = "--backlog",
            paramLabel = "N",
            description = "Length asked for the kernel's accept queue, which net.core.somaxconn caps. Default: 4096.")
    private int backlog = 4_096;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads that serve clients. Default: what the server does by itself.")
    private @Nullable Integer workers;

    @ArgGroup
    private @Nullable GreetingOption greeting;

    /** One or the other. */
    static final class GreetingOption {
        @Option(
                names = "--greeting",
                paramLabel = "TEXT",
                description = "What the server says to each client, UTF-8. Default: 12 bytes.")
        private @Nullable String text;

        @Option(
                names = "--greeting-bytes",
                paramLabel = "N",
                description = "A made-up greeting of this length instead.")
        private @Nullable Integer bytes;
    }

    public void check(Limits limits) {
        limits.between("--backlog", 1, MAX_BACKLOG, backlog);
        if (workers != null) {
            limits.between("--workers", 1, MAX_WORKERS, workers);
        }
        if (greeting != null && greeting.bytes != null) {
            limits.between("--greeting-bytes", 1, MAX_GREETING, greeting.bytes);
        }
        if (greeting().isEmpty()) {
            throw limits.wrong("--greeting must have at least 1 character, had 0");
        }
    }

    int backlog() {
        return backlog;
    }

    OptionalInt workers() {
        return workers == null ? OptionalInt.empty() : OptionalInt.of(workers);
    }

    String greeting() {
        if (greeting == null) {
            return DEFAULT_GREETING;
        }
        if (greeting.text != null) {
            return greeting.text;
        }
        return greeting.bytes == null ? DEFAULT_GREETING : madeUp(greeting.bytes);
    }

    /** As it goes over the wire; a new array. */
    public byte[] greetingBytes() {
        return greeting().getBytes(StandardCharsets.UTF_8);
    }

    /** The same options, for the command line of a child. */
    public List<String> asArguments() {
        List<String> arguments = new ArrayList<>(List.of("--backlog=" + backlog));
        if (greeting != null && greeting.bytes != null) {
            arguments.add("--greeting-bytes=" + greeting.bytes);
        } else {
            arguments.add("--greeting=" + greeting());
        }
        if (workers != null) {
            arguments.add("--workers=" + workers);
        }
        return arguments;
    }

    /** The alphabet over and over, so that bytes lost in the middle show. */
    private static String madeUp(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + i % 26));
        }
        return text.toString();
    }
}
