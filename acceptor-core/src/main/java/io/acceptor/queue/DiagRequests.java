package io.acceptor.queue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Writer of netlink requests: a header and a {@code struct inet_diag_req_v2} ({@code include/uapi/linux/inet_diag.h}). Used
 * by one thread at a time.
 */
final class DiagRequests {
    static final int REQUEST_BYTES = 72;

    /** So many requests go with one send: their answers fit in a socket's receive buffer several times. */
    static final int MAX_REQUESTS = 32;

    private static final short NLM_F_REQUEST = 1;
    private static final short NLM_F_DUMP = 0x300;
    private static final byte IPPROTO_TCP = 6;

    /** {@code INET_DIAG_NOCOOKIE} in both words: whatever the socket's cookie is. */
    private static final long ANY_COOKIE = -1;

    private final ByteBuffer bytes =
            ByteBuffer.allocateDirect(MAX_REQUESTS * REQUEST_BYTES).order(ByteOrder.nativeOrder());

    private int sequence;

    /** Begins anew. */
    DiagRequests start() {
        bytes.clear();
        return this;
    }

    /** Asks for all sockets in some states at a local port, or at any if that is 0. */
    DiagRequests addDump(boolean v6, int port, int states, boolean info) {
        header(NLM_F_DUMP, v6, states, info);
        bytes.order(ByteOrder.BIG_ENDIAN).putShort((short) port).order(ByteOrder.nativeOrder());
        zeros(Short.BYTES + 4 * Long.BYTES + Integer.BYTES);
        bytes.putLong(ANY_COOKIE);
        return this;
    }

    /**
     * Asks for one connection; where there is none, the kernel looks for a listener at the local end.
     *
     * @param remote port 0 and any address to ask for a listener
     */
    DiagRequests addLookUp(ListenAddress local, ListenAddress remote, boolean info) {
        boolean v6 = !local.isV4();
        header((short) 0, v6, -1, info);
        bytes.order(ByteOrder.BIG_ENDIAN);
        bytes.putShort((short) local.port()).putShort((short) remote.port());
        address(local, v6);
        address(remote, v6);
        bytes.order(ByteOrder.nativeOrder());
        zeros(Integer.BYTES);
        bytes.putLong(ANY_COOKIE);
        return this;
    }

    private void header(short flags, boolean v6, int states, boolean info) {
        sequence++;
        bytes.putInt(REQUEST_BYTES).putShort((short) DiagReply.SOCK_DIAG_BY_FAMILY);
        bytes.putShort((short) (NLM_F_REQUEST | flags)).putInt(sequence).putInt(0);
        bytes.put((byte) (v6 ? DiagRow.AF_INET6 : DiagRow.AF_INET)).put(IPPROTO_TCP);
        bytes.put((byte) (info ? 1 << (DiagRow.INFO - 1) : 0)).put((byte) 0).putInt(states);
    }

    private void address(ListenAddress address, boolean v6) {
        if (v6) {
            bytes.putLong(address.high()).putLong(address.low());
        } else {
            bytes.putInt((int) address.low());
            zeros(3 * Integer.BYTES);
        }
    }

    private void zeros(int count) {
        for (int i = 0; i < count; i++) {
            bytes.put((byte) 0);
        }
    }

    /** What was added, to be sent. */
    ByteBuffer finish() {
        return bytes.flip();
    }

    /** The number of the request added last; they are counted up by one. */
    int lastSequence() {
        return sequence;
    }
}
