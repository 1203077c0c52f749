package io.acceptor.queue;

import java.nio.ByteBuffer;

/**
 * The messages of one netlink datagram, one after the other. Used by one thread at a time.
 *
 * <p>A message is a {@code struct nlmsghdr} ({@code include/uapi/linux/netlink.h}: length with the header, type, flags,
 * sequence number, port id) and what belongs to it.
 */
final class DiagReply {
    enum Step {
        /** A socket, in {@link #row()}. */
        ROW,
        /** The kernel says no: {@link #error()}. */
        ERROR,
        /** A dump is complete. */
        DONE,
        /** The datagram is through. */
        END,
        /** The datagram is not what the kernel writes. */
        BROKEN
    }

    static final int HEADER_BYTES = 16;
    static final int SOCK_DIAG_BY_FAMILY = 20;
    private static final int NOOP = 1;
    private static final int ERROR = 2;
    private static final int DONE = 3;

    /** {@code NLM_F_DUMP_INTR}: what is dumped has changed, the dump may miss something. */
    private static final int DUMP_INTERRUPTED = 0x10;

    private final DiagRow row = new DiagRow();
    private final ByteBuffer bytes;
    private int at;
    private int end;
    private int sequence;
    private int error;
    private boolean interrupted;

    /** Reads from this buffer, which is in the host's order. */
    DiagReply(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Begins with a datagram of that length; a longer one than the buffer holds was cut off. */
    void start(int length) {
        at = length <= bytes.capacity() ? 0 : length;
        end = length;
        interrupted = false;
    }

    /** Each step takes at least a header from the datagram, or is the last. */
    Step next() {
        while (at < end) {
            if (end - at < HEADER_BYTES) {
                return broken();
            }
            int length = bytes.getInt(at);
            if (length < HEADER_BYTES || length > end - at) {
                return broken();
            }
            int type = bytes.getShort(at + 4) & 0xFFFF;
            interrupted |= (bytes.getShort(at + 6) & DUMP_INTERRUPTED) != 0;
            sequence = bytes.getInt(at + 8);
            int from = at + HEADER_BYTES;
            int to = at + length;
            at += Math.min(end - at, DiagRow.align(length));
            if (type != NOOP) {
                return step(type, from, to);
            }
        }
        return at == end && end <= bytes.capacity() ? Step.END : broken();
    }

    private Step step(int type, int from, int to) {
        error = to - from >= Integer.BYTES ? bytes.getInt(from) : 0;
        return switch (type) {
            case SOCK_DIAG_BY_FAMILY -> row.parse(bytes, from, to) ? Step.ROW : broken();
            case DONE -> error < 0 ? Step.ERROR : Step.DONE;
            case ERROR -> error < 0 ? Step.ERROR : broken();
            default -> broken();
        };
    }

    private Step broken() {
        at = end;
        return Step.BROKEN;
    }

    DiagRow row() {
        return row;
    }

    /** Which request the message answers. */
    int sequence() {
        return sequence;
    }

    /** A negative errno. */
    int error() {
        return error;
    }

    /** Whether a message of the datagram said that the dump may have missed something. */
    boolean isInterrupted() {
        return interrupted;
    }
}
