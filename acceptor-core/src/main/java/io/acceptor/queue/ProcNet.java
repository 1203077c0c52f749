package io.acceptor.queue;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The kernel's view of TCP under {@code /proc}, of the network namespace that the process was in when the files were
 * opened. Not thread-safe but for {@link #isOpen} and {@link #somaxconn}.
 */
final class ProcNet implements SocketSource {
    private static final int MAX_SOMAXCONN_BYTES = 32;

    private final File somaxconn;
    private final HeldFile tcp6File;
    private final HeldFile tcpFile;
    private final HeldFile snmpFile;
    private final ProcTable tcp6;
    private final ProcTable tcp;
    private final ProcArrivals arrivals;

    ProcNet(File root, ByteOrder order, LongSupplier nanoClock) {
        this.somaxconn = new File(root, "sys/net/core/somaxconn");
        this.tcp6File = new HeldFile(new File(root, "self/net/tcp6"), nanoClock);
        this.tcpFile = new HeldFile(new File(root, "self/net/tcp"), nanoClock);
        this.snmpFile = new HeldFile(new File(root, "self/net/snmp"), nanoClock);
        this.tcp6 = new ProcTable(tcp6File, true, order);
        this.tcp = new ProcTable(tcpFile, false, order);
        this.arrivals = new ProcArrivals(snmpFile);
    }

    @Override
    public String name() {
        return "proc";
    }

    @Override
    public boolean isDearerThanArrivals(int listeners) {
        return true;
    }

    @Override
    public void open() {
        tcp6File.open();
        tcpFile.open();
        snmpFile.open();
    }

    @Override
    public boolean isOpen() {
        return tcp6File.isOpen() || tcpFile.isOpen();
    }

    /** The connections that ever came in, or {@link ProcArrivals#UNKNOWN}. */
    long arrivals() {
        return arrivals.count();
    }

    /** In one scan of the IPv6 table, where a JDK listener is, IPv4 addresses included; then of the other one if need be. */
    @Override
    public boolean listeners(PortListeners[] ports) {
        ProcTable.Result six = tcp6.listeners(ports);
        if (six == ProcTable.Result.FAILED) {
            return false;
        }
        PortListeners[] rest =
                Arrays.stream(ports).filter(PortListeners::wantsFour).toArray(PortListeners[]::new);
        if (rest.length == 0) {
            return true;
        }
        ProcTable.Result four = tcp.listeners(rest);
        if (four == ProcTable.Result.FAILED) {
            for (PortListeners each : rest) {
                each.fourFailed();
            }
        }
        return six == ProcTable.Result.COMPLETE || four != ProcTable.Result.ABSENT;
    }

    @Override
    public boolean queued(boolean v6, int port, Consumer<SocketRow> to) {
        return (v6 ? tcp6 : tcp).queued(port, to) == ProcTable.Result.COMPLETE;
    }

    /** Not read through a channel, which an interrupt would close. */
    OptionalInt somaxconn() {
        try (InputStream in = new FileInputStream(somaxconn)) {
            String text = new String(in.readNBytes(MAX_SOMAXCONN_BYTES), StandardCharsets.US_ASCII);
            int value = Integer.parseInt(text.strip());
            return value < 0 ? OptionalInt.empty() : OptionalInt.of(value);
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
