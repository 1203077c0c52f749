package io.acceptor;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a server says before the client has spoken.
 *
 * <p>The engine sends it straight after accepting, with a send that cannot wait; what the socket does not take at once
 * follows when it can, until {@code greetingTimeout}. "Sent" means in the kernel's send buffer, not read by the client.
 * Immutable and thread-safe, except for the user's own function in {@link #perConnection}.
 */
public final class Greeting {
    private static final Greeting NONE = new Greeting(ByteBuffer.allocate(0), null);

    private final ByteBuffer constant;
    private final @Nullable Function<? super Peer, ? extends @Nullable ByteBuffer> supplier;

    private Greeting(ByteBuffer constant, @Nullable Function<? super Peer, ? extends @Nullable ByteBuffer> supplier) {
        this.constant = constant;
        this.supplier = supplier;
    }

    /**
     * No greeting: the client speaks first, or the handler does.
     *
     * @return the default
     */
    public static Greeting none() {
        return NONE;
    }

    /**
     * The same bytes for everyone.
     *
     * @param bytes the greeting, copied; at least one
     * @return the greeting
     * @throws IllegalArgumentException if there are no bytes
     */
    public static Greeting of(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        if (bytes.length == 0) {
            throw new IllegalArgumentException("greeting must have at least 1 byte, had 0; use Greeting.none()");
        }
        return new Greeting(ByteBuffers.directCopy(bytes), null);
    }

    /**
     * The same text for everyone.
     *
     * @param text the greeting, line end included; at least one character
     * @param charset how it is encoded
     * @return the greeting
     * @throws IllegalArgumentException if the text is empty
     */
    public static Greeting of(String text, Charset charset) {
        return of(text.getBytes(charset));
    }

    /**
     * A greeting made for each connection: a scramble, a timestamp.
     *
     * <p>The function runs on the accept loop. It must not block; if it does, the watchdog reports a stall with its
     * stack. If it throws or gives null the connection ends as {@link Outcome#GREETING_FAILED}. An empty buffer is no
     * greeting for this client. The buffer belongs to the engine from then on: do not use it again.
     *
     * @param supplier gives the bytes between position and limit
     * @return the greeting
     */
    public static Greeting perConnection(Function<? super Peer, ? extends @Nullable ByteBuffer> supplier) {
        return new Greeting(ByteBuffer.allocate(0), Objects.requireNonNull(supplier, "supplier"));
    }

    /**
     * Whether there is nothing to say.
     *
     * @return true for {@link #none()}
     */
    public boolean isNone() {
        return this == NONE;
    }

    /**
     * Whether the user's own function makes the bytes.
     *
     * @return true for {@link #perConnection}
     */
    public boolean isPerConnection() {
        return supplier != null;
    }

    /**
     * The bytes for one client; calls the user's function if there is one.
     *
     * @param peer the client
     * @return a read-only view with a position of its own, or null if the user's function gave null
     */
    public @Nullable ByteBuffer bytesFor(Peer peer) {
        if (supplier == null) {
            return constant.duplicate();
        }
        ByteBuffer bytes = supplier.apply(peer);
        return bytes == null ? null : bytes.asReadOnlyBuffer();
    }

    @Override
    public String toString() {
        if (supplier != null) {
            return "greeting per connection";
        }
        return isNone() ? "no greeting" : "greeting of " + constant.remaining() + " bytes";
    }
}
