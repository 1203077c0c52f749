package io.acceptor.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Questions and answers over one netlink socket. After an {@link IOException} it cannot be told what else the socket holds, so
 * it must be closed. Not thread-safe.
 */
final class DiagClient implements AutoCloseable {
    /** More than any datagram of a dump: the kernel fills 32 KiB at most ({@code netlink_dump} in net/netlink/af_netlink.c). */
    private static final int BUFFER_BYTES = 64 * 1024;

    /** Of one dump; some 1.5 million sockets. */
    private static final int MAX_DATAGRAMS = 16 * 1024;

    private static final ListenAddress ANY = new ListenAddress(0, 0, 0);

    private final Netlink socket;
    private final DiagRequests requests = new DiagRequests();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
    private final DiagReply reply = new DiagReply(buffer);

    /** Takes the socket over. */
    DiagClient(Netlink socket) {
        this.socket = socket;
    }

    /** Asks for those listeners alone that are expected, many with one send. */
    void lookUpExpected(PortListeners[] ports) throws IOException {
        List<PortListeners> asked = new ArrayList<>(DiagRequests.MAX_REQUESTS);
        requests.start();
        for (PortListeners each : ports) {
            Listener expected = each.expected();
            if (expected != null && expected.cookie() != 0) {
                requests.addLookUp(expected.address(), ANY, false);
                asked.add(each);
            }
            if (asked.size() == DiagRequests.MAX_REQUESTS) {
                lookUp(asked);
                asked.clear();
                requests.start();
            }
        }
        if (!asked.isEmpty()) {
            lookUp(asked);
        }
    }

    /** The kernel answers each request with a datagram: a socket, or that there is none. */
    private void lookUp(List<PortListeners> asked) throws IOException {
        int first = requests.lastSequence() - asked.size() + 1;
        socket.send(requests.finish());
        for (int answers = 0; answers < asked.size(); ) {
            DiagReply.Step step = answer();
            int index = reply.sequence() - first;
            if (index >= 0 && index < asked.size()) {
                answers++;
                if (step == DiagReply.Step.ROW) {
                    asked.get(index).found(reply.row());
                }
            }
        }
    }

    /** The one message of the next datagram. */
    private DiagReply.Step answer() throws IOException {
        receive();
        DiagReply.Step step = reply.next();
        if (step != DiagReply.Step.ROW && step != DiagReply.Step.ERROR) {
            throw new IOException("strange answer");
        }
        return step;
    }

    private void receive() throws IOException {
        int length = socket.receive(buffer);
        if (length < 0) {
            throw new IOException("no answer");
        }
        reply.start(length);
    }

    /**
     * Asks for all sockets in some states at a local port, or at any if that is 0.
     *
     * @param info whether with their tcp_info
     * @return false if something may be missing
     */
    boolean dump(boolean v6, int port, int states, boolean info, Consumer<SocketRow> to) throws IOException {
        socket.send(requests.start().addDump(v6, port, states, info).finish());
        boolean complete = true;
        for (int datagrams = 0; datagrams < MAX_DATAGRAMS; datagrams++) {
            receive();
            DiagReply.Step step = reply.next();
            while (step == DiagReply.Step.ROW) {
                if (reply.sequence() == requests.lastSequence()) {
                    to.accept(reply.row());
                }
                step = reply.next();
            }
            complete &= !reply.isInterrupted();
            if (step == DiagReply.Step.DONE) {
                return complete;
            }
            if (step != DiagReply.Step.END) {
                throw new IOException("dump failed: " + step + " " + reply.error());
            }
        }
        throw new IOException("dump without an end");
    }

    /** Milliseconds since a connection was established or sent something; {@link SocketRow#UNKNOWN} if it is gone. */
    long idleMillis(ListenAddress local, ListenAddress remote) throws IOException {
        socket.send(requests.start().addLookUp(local, remote, true).finish());
        boolean found = answer() == DiagReply.Step.ROW && reply.sequence() == requests.lastSequence();
        DiagRow row = reply.row();
        // where it is gone the kernel answers with its listener
        boolean same = found && row.remote().equals(remote) && row.local().equals(local);
        return same ? row.idleMillis() : SocketRow.UNKNOWN;
    }

    @Override
    public void close() {
        socket.close();
    }
}
