package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.acceptor.Greeting;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings of a guard that are given as texts. Immutable. */
final class GuardProperties {
    private static final String PREFIX = "acceptor.guard.";
    private static final String FILE = "file";
    private static final Pattern TIME = Pattern.compile("([0-9]{1,15})(ms|s)");

    private final Map<String, String> values;

    private GuardProperties(Map<String, String> values) {
        this.values = values;
    }

    /** The system properties, and before them those of the file that they name. */
    static GuardProperties ofThisJvm() {
        return of(System.getProperties());
    }

    static GuardProperties of(Properties properties) {
        Map<String, String> values = new TreeMap<>();
        String file = properties.getProperty(PREFIX + FILE);
        if (file != null) {
            Properties ofFile = read(file);
            ofFile.stringPropertyNames().forEach(word -> values.put(word, ofFile.getProperty(word)));
        }
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith(PREFIX) && !key.equals(PREFIX + FILE)) {
                values.put(key.substring(PREFIX.length()), properties.getProperty(key));
            }
        }
        return new GuardProperties(values);
    }

    private static Properties read(String file) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(file), UTF_8)) {
            properties.load(reader);
            return properties;
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(PREFIX + FILE + " cannot be read, was \"" + file + "\": " + e, e);
        }
    }

    /**
     * Makes the guard.
     *
     * @throws IllegalArgumentException if a setting is wrong: the message says which, and what it was
     */
    AcceptGuard toGuard() {
        AcceptGuard.Builder builder = AcceptGuard.builder();
        values.forEach((word, value) -> {
            try {
                set(builder, word, value.trim());
            } catch (IllegalArgumentException | IllegalStateException e) {
                throw new IllegalArgumentException(PREFIX + word + "=" + value + ": " + e.getMessage(), e);
            }
        });
        return builder.build();
    }

    private void set(AcceptGuard.Builder builder, String word, String value) {
        switch (word) {
            case "name" -> builder.name(value);
            case "greeting" -> builder.greeting(Greeting.of(unescaped(value), UTF_8));
            case "greetingTimeout" -> builder.greetingTimeout(time(value));
            case "awaitFirstByte" -> builder.awaitFirstByte(time(value));
            case "settle" -> builder.settle(time(value));
            case "handOffAtOnce" -> {
                if (isTrue(value)) {
                    builder.handOffAtOnce();
                }
            }
            case "maxConnections" -> builder.maxConnections(number(value));
            case "maxConnectionsPerSource" -> builder.maxConnectionsPerSource(number(value));
            case "backlog" -> builder.backlog(number(value));
            case "stallThreshold" -> builder.stallThreshold(time(value));
            case "proxyProtocol" -> builder.proxyProtocol(proxy(value));
            case "headerTimeout" -> checkHeaderTimeout(value);
            default -> throw new IllegalArgumentException("no such setting");
        }
    }

    private ProxyProtocol proxy(String networks) {
        ProxyProtocol proxy = ProxyProtocol.requiredFrom(networks.split("\\s*,\\s*"));
        String timeout = values.get("headerTimeout");
        return timeout == null ? proxy : proxy.headerTimeout(time(timeout));
    }

    /** Checked under its own name; {@link #proxy} uses it. */
    private void checkHeaderTimeout(String value) {
        ProxyProtocol.off().headerTimeout(time(value));
        if (!values.containsKey("proxyProtocol")) {
            throw new IllegalArgumentException("needs " + PREFIX + "proxyProtocol");
        }
    }

    private static String unescaped(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n");
    }

    private static Duration time(String value) {
        Matcher time = TIME.matcher(value);
        if (!time.matches()) {
            throw new IllegalArgumentException("must be a time, as 5ms or 2s");
        }
        long count = Long.parseLong(time.group(1));
        return time.group(2).equals("s") ? Duration.ofSeconds(count) : Duration.ofMillis(count);
    }

    private static boolean isTrue(String value) {
        if (!value.equals("true") && !value.equals("false")) {
            throw new IllegalArgumentException("must be true or false");
        }
        return value.equals("true");
    }

    private static int number(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a number", e);
        }
    }
}
