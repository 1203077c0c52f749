package io.acceptor.agent;

import io.acceptor.AcceptorBuilder;
import io.acceptor.ResilientServerSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options of the agent, {@code word=value} with commas between them. What Acceptor's builders know goes by the builder's word.
 * Immutable.
 */
final class AgentOptions {
    private static final String KNOWN = "ports, exceptPorts, settle, awaitFirstByte, handOffAtOnce, maxConnections,"
            + " maxConnectionsPerSource, queueSize, backlog, metrics, debug";

    private static final int NO_METRICS = -1;

    /** No time after which an application that does not call accept() is refused newcomers: it may be slow on purpose. */
    private static final Duration NEVER_STALLED = Duration.ofSeconds(Long.MAX_VALUE);

    private PortSet ports = PortSet.all();
    private PortSet exceptPorts = PortSet.none();
    private int metricsPort = NO_METRICS;
    private boolean debug;
    private boolean backlogSet;
    private final Map<String, String> builderWords = new LinkedHashMap<>();

    private AgentOptions() {}

    /** @throws IllegalArgumentException or IllegalStateException for a word or value that is wrong; the message says which */
    static AgentOptions parse(String text) {
        AgentOptions options = new AgentOptions();
        if (!text.isBlank()) {
            for (String option : text.split(",", -1)) {
                int equals = option.indexOf('=');
                options.set(
                        (equals < 0 ? option : option.substring(0, equals)).trim(),
                        equals < 0 ? null : option.substring(equals + 1).trim());
            }
        }
        if (!options.builderWords.isEmpty()) {
            options.applyTo(ResilientServerSocket.builder()); // wrong values are told now
        }
        return options;
    }

    private void set(String word, @Nullable String value) {
        switch (word) {
            case "ports" -> ports = PortSet.parse(word, needed(word, value));
            case "exceptPorts" -> exceptPorts = PortSet.parse(word, needed(word, value));
            case "metrics" -> metricsPort = PortSet.port(word, needed(word, value));
            case "debug" -> {
                noValue(word, value);
                debug = true;
            }
            case "handOffAtOnce" -> {
                noValue(word, value);
                builderWords.put(word, "");
            }
            case "settle", "awaitFirstByte", "maxConnections", "maxConnectionsPerSource", "queueSize", "backlog" -> {
                backlogSet |= word.equals("backlog");
                builderWords.put(word, needed(word, value));
            }
            default -> throw new IllegalArgumentException("unknown option '" + word + "'; known are " + KNOWN);
        }
    }

    private static String needed(String word, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException(word + " needs a value: " + word + "=…");
        }
        return value;
    }

    private static void noValue(String word, @Nullable String value) {
        if (value != null) {
            throw new IllegalArgumentException(word + " takes no value, was '" + value + "'");
        }
    }

    /** Tells a builder what was asked for. */
    void applyTo(AcceptorBuilder<?> builder) {
        builder.stallThreshold(NEVER_STALLED);
        for (Map.Entry<String, String> option : builderWords.entrySet()) {
            String word = option.getKey();
            String value = option.getValue();
            switch (word) {
                case "settle" -> builder.settle(duration(word, value));
                case "awaitFirstByte" -> builder.awaitFirstByte(duration(word, value));
                case "handOffAtOnce" -> builder.handOffAtOnce();
                case "maxConnections" -> builder.maxConnections(number(word, value));
                case "maxConnectionsPerSource" -> builder.maxConnectionsPerSource(number(word, value));
                case "backlog" -> builder.backlog(number(word, value));
                case "queueSize" -> queueSize(builder, number(word, value));
                default -> throw new AssertionError(word);
            }
        }
    }

    private static void queueSize(AcceptorBuilder<?> builder, int size) {
        if (builder instanceof ResilientServerSocket.Builder ours) {
            ours.queueSize(size);
        }
    }

    private static int number(String word, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(word + " must be a number, was '" + value + "'", e);
        }
    }

    /** {@code 500ms} or {@code 5s}. */
    private static Duration duration(String word, String value) {
        try {
            if (value.endsWith("ms")) {
                return Duration.ofMillis(Long.parseLong(value.substring(0, value.length() - 2)));
            }
            if (value.endsWith("s")) {
                return Duration.ofSeconds(Long.parseLong(value.substring(0, value.length() - 1)));
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(word + " must be a time, as 5ms or 2s, was '" + value + "'");
    }

    /** Whether a listener that asks for this port is guarded. */
    boolean guards(int port) {
        return ports.contains(port) && !exceptPorts.contains(port);
    }

    /** The backlog to ask for, 0 to leave it to the builder: the option goes before what the program asks for. */
    int backlog(int ofProgram) {
        return backlogSet ? 0 : ofProgram;
    }

    boolean hasMetrics() {
        return metricsPort != NO_METRICS;
    }

    /** The port of the metrics, 0 for any free one. */
    int metricsPort() {
        return metricsPort;
    }

    boolean debug() {
        return debug;
    }
}
