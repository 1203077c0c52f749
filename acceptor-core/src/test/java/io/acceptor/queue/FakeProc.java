package io.acceptor.queue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** A {@code /proc} in a temporary directory, with tables as the kernel writes them, and a clock set by hand. */
final class FakeProc {
    static final String TCP6_HEADER = "  sl  local_address                         remote_address                     "
            + "   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
    static final String TCP_HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid"
            + "  timeout inode                                                     \n";
    static final String LISTEN = "0A";
    static final String ESTABLISHED = "01";

    final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);

    /** How far the clock moves whenever the sampler looks at it: half of that is what a scan takes. */
    long nanosEachTick;

    private final Path root;
    private final ByteOrder order;
    private final QueueSource source;

    FakeProc(Path root) {
        this(root, ByteOrder.LITTLE_ENDIAN);
    }

    FakeProc(Path root, ByteOrder order) {
        this.root = root;
        this.order = order;
        this.source = new QueueSource(sources(null), new Inspector(sources(null), clock::get), this::tick);
        somaxconn("4096\n");
    }

    /** These files, asked after a better source if there is one. */
    SocketSources sources(DiagSource diag) {
        return new SocketSources(diag, new ProcNet(root.toFile(), order, clock::get));
    }

    /** A queue with a backlog of 50 and one listener. */
    AcceptQueue queue(String host, int port) {
        return queue(host, port, 50, 1);
    }

    AcceptQueue queue(String host, int port, int backlog, int listeners) {
        return queue(address(host, port), backlog, listeners);
    }

    AcceptQueue queue(InetSocketAddress local, int backlog, int listeners) {
        return new AcceptQueue(source, local, backlog, listeners, clock::get);
    }

    /** Of listeners that tell. */
    AcceptQueue queue(String host, int port, int listeners, Supplier<List<AcceptQueueReading>> tell) {
        return new AcceptQueue(source, address(host, port), 50, listeners, tell, clock::get);
    }

    private long tick() {
        return clock.getAndAdd(nanosEachTick);
    }

    FakeProc arrivals(long count) {
        return write(
                "self/net/snmp",
                "Ip: Forwarding DefaultTTL\nIp: 1 64\n"
                        + "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails\n"
                        + "Tcp: 1 200 120000 -1 7 " + count + " 0\nUdp: InDatagrams\nUdp: 0\n");
    }

    FakeProc tcp6(String... rows) {
        return write("self/net/tcp6", TCP6_HEADER + String.join("", rows));
    }

    FakeProc tcp(String... rows) {
        return write("self/net/tcp", TCP_HEADER + String.join("", rows));
    }

    FakeProc somaxconn(String text) {
        return write("sys/net/core/somaxconn", text);
    }

    FakeProc write(String path, String text) {
        return write(path, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Writes into the file that is there, if any, so that one who holds it open sees the new bytes. */
    FakeProc write(String path, byte[] bytes) {
        try {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A row of tcp6, with an IPv4 address mapped. */
    String row6(String host, int port, String state, long depth) {
        return "%4d: %s:%04X %032X:0000 %s 00000000:%08X 00:00000000 00000000     0        0 7871 1 0000000000000000 100 0 0 10 0\n"
                .formatted(port % 1000, words(mapped(host)), port, 0, state, depth);
    }

    /** A row of tcp6 of a connection that nobody has accepted. */
    String queued6(String host, int port, int clientPort, String state, long bytes) {
        return "%4d: %s:%04X %s:%04X %s 00000000:%08X 00:00000000 00000000     0        0 0 1 0000000000000000 20 0 0 10 -1\n"
                .formatted(clientPort % 1000, words(mapped(host)), port, words(mapped(host)), clientPort, state, bytes);
    }

    String listener6(String host, int port, long depth) {
        return row6(host, port, LISTEN, depth);
    }

    /** A row of tcp, padded as the kernel does. */
    String row(String host, int port, String state, long depth) {
        return "%-149s\n"
                .formatted(
                        "%4d: %s:%04X 00000000:0000 %s 00000000:%08X 00:00000000 00000000     0        0 7871 1 0000000000000000 100 0 0 10 0"
                                .formatted(port % 1000, words(bytes(host)), port, state, depth));
    }

    String listener(String host, int port, long depth) {
        return row(host, port, LISTEN, depth);
    }

    private static byte[] mapped(String host) {
        byte[] bytes = bytes(host);
        return bytes.length == 16
                ? bytes
                : ByteBuffer.allocate(16).putLong(0).putInt(0xFFFF).put(bytes).array();
    }

    private static byte[] bytes(String host) {
        return address(host, 0).getAddress().getAddress();
    }

    static InetSocketAddress address(String host, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host, e);
        }
    }

    private String words(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(order);
        while (buffer.hasRemaining()) {
            text.append("%08X".formatted(buffer.getInt()));
        }
        return text.toString();
    }
}
