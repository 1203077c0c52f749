package io.acceptor.engine;

import java.io.IOException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;

/** Checks of what users set; every message says what, where and the value. */
public final class Checks {
    private Checks() {}

    /** Gives back a number that is large enough. */
    public static int atLeast(int min, int value, String what) {
        if (value < min) {
            throw new IllegalArgumentException(what + " must be at least " + min + ", was " + value);
        }
        return value;
    }

    /** Gives back a duration above zero. */
    public static Duration positive(Duration value, String what) {
        Objects.requireNonNull(value, what);
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " must be more than 0, was " + value);
        }
        return value;
    }

    /** Gives back a duration of zero or more. */
    public static Duration notNegative(Duration value, String what) {
        Objects.requireNonNull(value, what);
        if (value.isNegative()) {
            throw new IllegalArgumentException(what + " must not be negative, was " + value);
        }
        return value;
    }

    /** Nanoseconds, capped so that sums with {@link System#nanoTime()} cannot overflow: for ever is 146 years. */
    public static long nanos(Duration value) {
        return value.compareTo(Duration.ofNanos(Long.MAX_VALUE / 2)) > 0 ? Long.MAX_VALUE / 2 : value.toNanos();
    }

    /** Tries the option on an unconnected socket: unknown ones and wrong values are told before the server starts. */
    static <T> void option(SocketOption<T> option, T value) {
        Objects.requireNonNull(option, "option");
        try (SocketChannel probe = SocketChannel.open()) {
            probe.setOption(option, value);
        } catch (UnsupportedOperationException | IllegalArgumentException | IOException e) {
            throw new IllegalArgumentException("option " + option.name() + " cannot be set to " + value + ": " + e, e);
        }
    }
}
