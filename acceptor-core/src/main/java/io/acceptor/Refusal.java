package io.acceptor;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * What a client that is not admitted gets to see. Default everywhere: {@link #close()}.
 *
 * <p>Immutable and thread-safe. Clients that are already gone when they would be refused are dropped as the probes they
 * are and do not count as refused.
 */
public final class Refusal {
    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();
    private static final Refusal LEAVE = new Refusal("leaveInBacklog", NO_BYTES);
    private static final Refusal CLOSE = new Refusal("close", NO_BYTES);
    private static final Refusal RESET = new Refusal("reset", NO_BYTES);

    private final String name;
    private final ByteBuffer reply;

    private Refusal(String name, ByteBuffer reply) {
        this.name = name;
        this.reply = reply;
    }

    /**
     * Stops accepting while the limit holds; connections wait in the kernel's accept queue.
     *
     * <p>Offered only for limits that need no client to decide ({@link RejectReason#isDecidableInBacklog()}). Under
     * connect-and-reset probes this locks clients out: the kernel keeps every reset connection in the queue until it is
     * accepted, so the queue fills with the dead. With {@code acceptors(n)} one loop accepts for all, since two that look at
     * the last place both see it.
     *
     * @return the refusal that does not accept
     */
    public static Refusal leaveInBacklog() {
        return LEAVE;
    }

    /**
     * Accepts and closes: the client reads the end of the stream, or a reset if it has already sent something.
     *
     * @return the default refusal
     */
    public static Refusal close() {
        return CLOSE;
    }

    /**
     * Accepts and resets (SO_LINGER 0): the client's next read or write fails, and nothing stays in TIME_WAIT.
     *
     * @return the refusal that resets
     */
    public static Refusal reset() {
        return RESET;
    }

    /**
     * Accepts, sends these bytes and closes so that they arrive, also when the client has already sent something:
     * a 421 line, an ERR packet.
     *
     * @param bytes the reply, copied; at least one
     * @return the refusal that replies
     * @throws IllegalArgumentException if there are no bytes
     */
    public static Refusal reply(byte[] bytes) {
        Objects.requireNonNull(bytes, "bytes");
        if (bytes.length == 0) {
            throw new IllegalArgumentException("reply must have at least 1 byte, had 0; use Refusal.close()");
        }
        return new Refusal("reply", ByteBuffers.directCopy(bytes));
    }

    /**
     * Whether a refused connection stays in the kernel's accept queue.
     *
     * @return true for {@link #leaveInBacklog()}
     */
    public boolean leavesInBacklog() {
        return this == LEAVE;
    }

    /**
     * Whether the connection is reset rather than closed.
     *
     * @return true for {@link #reset()}
     */
    public boolean resets() {
        return this == RESET;
    }

    /**
     * The reply's bytes.
     *
     * @return a read-only view of its own, empty for a refusal without words
     */
    public ByteBuffer replyBytes() {
        return reply.duplicate();
    }

    @Override
    public String toString() {
        return reply.hasRemaining() ? name + "(" + reply.remaining() + " bytes)" : name;
    }
}
