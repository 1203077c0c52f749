package io.acceptor.bench.flood;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a visitor does next, once connected. Immutable. */
final class Step {
    enum Kind {
        /** Lets time pass. */
        PAUSE,
        /** Waits for the whole greeting. */
        GREETING,
        /** Waits until the server has closed its side. */
        END,
        /** Says something; a few bytes on a fresh socket always fit. */
        SEND,
        /** Closes its own side. */
        HALF_CLOSE
    }

    private final Kind kind;
    private final long limitNanos;
    private final byte[] bytes;

    private Step(Kind kind, long limitNanos, byte[] bytes) {
        this.kind = kind;
        this.limitNanos = limitNanos;
        this.bytes = bytes;
    }

    static Step pause(Duration length) {
        return new Step(Kind.PAUSE, length.toNanos(), new byte[0]);
    }

    static Step greeting(Duration limit) {
        return new Step(Kind.GREETING, limit.toNanos(), new byte[0]);
    }

    static Step end(Duration limit) {
        return new Step(Kind.END, limit.toNanos(), new byte[0]);
    }

    /** Characters of ISO 8859-1. */
    static Step send(String text) {
        return new Step(Kind.SEND, 0, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Step halfClose() {
        return new Step(Kind.HALF_CLOSE, 0, new byte[0]);
    }

    Kind kind() {
        return kind;
    }

    /** How long a pause is, or how long it is waited for what the server does. */
    long limitNanos() {
        return limitNanos;
    }

    /** What is sent; a new array. */
    byte[] bytes() {
        return bytes.clone();
    }
}
