package io.acceptor.queue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;

/** The other end of a netlink socket: a table of sockets, and answers as the kernel writes them. */
final class FakeKernel implements Netlink {
    static final int ENOENT = 2;
    private static final int ROWS_A_DATAGRAM = 3;
    private static final int TCP_INFO_BYTES = 280;
    private static final int NLM_F_DUMP = 0x300;

    final List<FakeSocket> sockets = new ArrayList<>();

    /** What becomes of a datagram on its way; several, or none, may come out. */
    UnaryOperator<List<byte[]>> way = UnaryOperator.identity();

    /** Run before each answer. */
    Runnable beforeAnswer = () -> {};

    /** More flags of every message of a dump. */
    int dumpFlags;

    /** An errno to answer everything with; 0 for none. */
    int refusal;

    boolean failsToSend;
    int sends;
    int dumps;
    int lookUps;
    boolean closed;
    private final Deque<byte[]> answers = new ArrayDeque<>();

    /** A socket in the table. A listener's depth and limit are received and limit. */
    record FakeSocket(
            boolean v6,
            int state,
            ListenAddress local,
            ListenAddress remote,
            long received,
            long limit,
            long inode,
            long idleMillis,
            long cookie) {

        static FakeSocket listener(boolean v6, String host, int port, long depth, long limit, long cookie) {
            return new FakeSocket(
                    v6, SocketRow.LISTEN, at(host, port), new ListenAddress(0, 0, 0), depth, limit, 1, -1, cookie);
        }

        static FakeSocket queued(boolean v6, int state, String host, int port, int clientPort, long bytes) {
            return new FakeSocket(v6, state, at(host, port), at(host, clientPort), bytes, 0, 0, 1234, clientPort);
        }

        FakeSocket accepted() {
            return new FakeSocket(v6, state, local, remote, received, limit, 99, idleMillis, cookie);
        }

        private static ListenAddress at(String host, int port) {
            InetSocketAddress address = FakeProc.address(host, port);
            return ListenAddress.of(address);
        }
    }

    /** A source that talks to this. */
    DiagSource source() {
        return new DiagSource(() -> this, System::nanoTime);
    }

    @Override
    public void send(ByteBuffer message) throws IOException {
        if (failsToSend) {
            throw new IOException("not today");
        }
        sends++;
        ByteBuffer requests = message.duplicate().order(ByteOrder.nativeOrder());
        while (requests.hasRemaining()) {
            byte[] request = new byte[DiagRequests.REQUEST_BYTES];
            requests.get(request);
            beforeAnswer.run();
            answers.addAll(way.apply(answer(ByteBuffer.wrap(request).order(ByteOrder.nativeOrder()))));
        }
    }

    @Override
    public int receive(ByteBuffer into) {
        byte[] datagram = answers.poll();
        if (datagram == null) {
            return -1;
        }
        into.duplicate().clear().put(datagram, 0, Math.min(datagram.length, into.capacity()));
        return datagram.length;
    }

    @Override
    public void close() {
        closed = true;
        answers.clear();
    }

    private List<byte[]> answer(ByteBuffer request) {
        int sequence = request.getInt(8);
        if (refusal != 0) {
            return List.of(error(sequence, refusal));
        }
        boolean v6 = request.get(16) == DiagRow.AF_INET6;
        int port = Short.toUnsignedInt(Short.reverseBytes(request.getShort(24)));
        if ((request.getShort(6) & NLM_F_DUMP) != 0) {
            dumps++;
            return dump(sequence, v6, port, request.getInt(20));
        }
        lookUps++;
        return List.of(lookUp(sequence, request, v6, port));
    }

    private List<byte[]> dump(int sequence, boolean v6, int port, int states) {
        List<byte[]> datagrams = new ArrayList<>();
        ByteBuffer datagram = buffer();
        int rows = 0;
        for (FakeSocket socket : sockets) {
            boolean wanted =
                    socket.v6 == v6 && (port == 0 || socket.local.port() == port) && (states & 1 << socket.state) != 0;
            if (wanted) {
                row(datagram, sequence, dumpFlags, socket);
                if (++rows % ROWS_A_DATAGRAM == 0) {
                    datagrams.add(taken(datagram));
                    datagram = buffer();
                }
            }
        }
        datagram.putInt(20)
                .putShort((short) 3)
                .putShort((short) (2 | dumpFlags))
                .putInt(sequence)
                .putInt(0)
                .putInt(0);
        datagrams.add(taken(datagram));
        return datagrams;
    }

    /** The connection, else the listener of the address, else that of all addresses. */
    private byte[] lookUp(int sequence, ByteBuffer request, boolean v6, int port) {
        ListenAddress local = address(request, v6, 28, port);
        int remotePort = Short.toUnsignedInt(Short.reverseBytes(request.getShort(26)));
        ListenAddress remote = address(request, v6, 44, remotePort);
        FakeSocket found = null;
        for (FakeSocket socket : sockets) {
            boolean listens = socket.state == SocketRow.LISTEN && socket.local.port() == port;
            if (!listens && socket.local.equals(local) && socket.remote.equals(remote)) {
                found = socket;
                break;
            } else if (listens && socket.local.equals(local)) {
                found = socket;
            } else if (listens && socket.local.isV6Wildcard() && found == null) {
                found = socket;
            }
        }
        return found == null ? error(sequence, ENOENT) : taken(row(buffer(), sequence, 0, found));
    }

    private static ListenAddress address(ByteBuffer request, boolean v6, int at, int port) {
        ByteBuffer network = request.duplicate().order(ByteOrder.BIG_ENDIAN);
        return v6
                ? new ListenAddress(network.getLong(at), network.getLong(at + 8), port)
                : new ListenAddress(0, ListenAddress.MAPPED | Integer.toUnsignedLong(network.getInt(at)), port);
    }

    static byte[] error(int sequence, int errno) {
        ByteBuffer message = buffer();
        message.putInt(36)
                .putShort((short) 2)
                .putShort((short) 0)
                .putInt(sequence)
                .putInt(0)
                .putInt(-errno);
        message.put(new byte[16]);
        return taken(message);
    }

    /** A whole message: header, socket, an attribute of no interest, tcp_info or whether IPv6 only. */
    static ByteBuffer row(ByteBuffer to, int sequence, int flags, FakeSocket socket) {
        int start = to.position();
        boolean listens = socket.state == SocketRow.LISTEN;
        to.putInt(0)
                .putShort((short) 20)
                .putShort((short) (2 | flags))
                .putInt(sequence)
                .putInt(0);
        to.put((byte) (socket.v6 ? DiagRow.AF_INET6 : DiagRow.AF_INET))
                .put((byte) socket.state)
                .putShort((short) 0);
        to.putShort(Short.reverseBytes((short) socket.local.port()));
        to.putShort(Short.reverseBytes((short) socket.remote.port()));
        address(to, socket.v6, socket.local);
        address(to, socket.v6, socket.remote);
        to.putInt(0)
                .putInt((int) socket.cookie)
                .putInt((int) (socket.cookie >>> 32))
                .putInt(0);
        to.putInt((int) socket.received).putInt((int) socket.limit).putInt(0).putInt((int) socket.inode);
        to.putShort((short) 5).putShort((short) 8).put(new byte[4]);
        if (listens) {
            to.putShort((short) 5).putShort((short) 11).put(new byte[4]);
        } else if (socket.idleMillis >= 0) {
            byte[] info = new byte[TCP_INFO_BYTES];
            ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).putInt(44, (int) socket.idleMillis);
            to.putShort((short) (4 + TCP_INFO_BYTES)).putShort((short) 2).put(info);
        }
        return to.putInt(start, to.position() - start);
    }

    private static void address(ByteBuffer to, boolean v6, ListenAddress address) {
        ByteBuffer bytes = ByteBuffer.allocate(16);
        if (v6) {
            bytes.putLong(address.high()).putLong(address.low());
        } else {
            bytes.putInt((int) address.low());
        }
        to.put(bytes.clear());
    }

    static ByteBuffer buffer() {
        return ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder());
    }

    static byte[] taken(ByteBuffer bytes) {
        byte[] taken = new byte[bytes.position()];
        bytes.get(0, taken);
        return taken;
    }
}
