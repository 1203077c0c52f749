package io.acceptor.queue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's socket diagnosis ({@code sock_diag(7)}), which {@code ss} uses. One listener is looked up by its address, many are
 * dumped. The socket is opened early and then held, so that it works when descriptors have run out. Not thread-safe but for
 * {@link #isOpen}.
 */
final class DiagSource implements SocketSource {

    /** Opens the socket; what it throws means that there is none. */
    interface Opener {
        Netlink open() throws IOException;
    }

    /** From here on the JDK writes a warning to standard error when native code is used without leave (JEP 472). */
    private static final int WARNING_JDK = 24;

    /** More than any datagram of a dump: the kernel fills 32 KiB at most ({@code netlink_dump} in net/netlink/af_netlink.c). */
    private static final int BUFFER_BYTES = 64 * 1024;

    /** Of one dump; some 1.5 million sockets. */
    private static final int MAX_DATAGRAMS = 16 * 1024;

    private static final int QUEUED_STATES =
            1 << SocketRow.ESTABLISHED | 1 << SocketRow.CLOSE_WAIT | 1 << SocketRow.SYN_RECV;
    private static final ListenAddress ANY = new ListenAddress(0, 0, 0);

    private final Opener opener;
    private final LongSupplier nanoClock;
    private final DiagRequests requests = new DiagRequests();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.nativeOrder());
    private final DiagReply reply = new DiagReply(buffer);
    private volatile @Nullable Netlink held;
    private boolean impossible;
    private boolean paused;
    private long pausedSince;

    DiagSource(Opener opener, LongSupplier nanoClock) {
        this.opener = opener;
        this.nanoClock = nanoClock;
    }

    /** The one by JNA; null where it need not be tried. */
    static @Nullable DiagSource byJna(LongSupplier nanoClock) {
        boolean linux = System.getProperty("os.name", "").equals("Linux");
        boolean quiet = Runtime.version().feature() < WARNING_JDK || mayUseNativeCode();
        return linux && quiet ? new DiagSource(DiagSource::openSocket, nanoClock) : null;
    }

    /** Asked of JNA's module by its name only: nothing of it is initialised. The method came with JDK 22. */
    private static boolean mayUseNativeCode() {
        try {
            Class<?> jna = Class.forName("com.sun.jna.Native", false, DiagSource.class.getClassLoader());
            return (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(jna.getModule());
        } catch (ClassNotFoundException
                | NoSuchMethodException
                | IllegalAccessException
                | InvocationTargetException e) {
            return false;
        }
    }

    /** Not NetlinkSocket::open, which would load that class beforehand. */
    private static Netlink openSocket() throws IOException {
        return NetlinkSocket.open();
    }

    @Override
    public String name() {
        return "sock_diag";
    }

    @Override
    public void open() {
        socket();
    }

    @Override
    public boolean isOpen() {
        return held != null;
    }

    private @Nullable Netlink socket() {
        Netlink socket = held;
        if (socket != null || impossible || (paused && nanoClock.getAsLong() - pausedSince < HeldFile.RETRY_NANOS)) {
            return socket;
        }
        try {
            held = opener.open();
        } catch (IOException e) {
            pause();
        } catch (LinkageError | RuntimeException e) {
            impossible = true; // no JNA, or none that works here: that does not change
        }
        return held;
    }

    private void pause() {
        paused = true;
        pausedSince = nanoClock.getAsLong();
    }

    /** After a failure what else the socket holds cannot be told; it is opened anew when asked for again. */
    private void abandon(Netlink socket) {
        held = null;
        pause();
        socket.close();
    }

    @Override
    public boolean listeners(PortListeners[] ports) {
        Netlink socket = socket();
        if (socket == null) {
            return false;
        }
        try {
            lookUpExpected(socket, ports);
            PortListeners[] rest =
                    Arrays.stream(ports).filter(each -> !each.isAsExpected()).toArray(PortListeners[]::new);
            return rest.length == 0 || dumpListeners(socket, rest);
        } catch (IOException e) {
            abandon(socket);
            return false;
        }
    }

    private void lookUpExpected(Netlink socket, PortListeners[] ports) throws IOException {
        List<PortListeners> asked = new ArrayList<>(DiagRequests.MAX_REQUESTS);
        requests.start();
        for (PortListeners each : ports) {
            Listener expected = each.expected();
            if (expected != null && expected.cookie() != 0) {
                requests.addLookUp(expected.address(), ANY, false);
                asked.add(each);
            }
            if (asked.size() == DiagRequests.MAX_REQUESTS) {
                lookUp(socket, asked);
                asked.clear();
                requests.start();
            }
        }
        if (!asked.isEmpty()) {
            lookUp(socket, asked);
        }
    }

    /** The kernel answers each request with a datagram: a socket, or that there is none. */
    private void lookUp(Netlink socket, List<PortListeners> asked) throws IOException {
        int first = requests.lastSequence() - asked.size() + 1;
        socket.send(requests.finish());
        for (int answers = 0; answers < asked.size(); ) {
            DiagReply.Step step = answer(socket);
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
    private DiagReply.Step answer(Netlink socket) throws IOException {
        receive(socket);
        DiagReply.Step step = reply.next();
        if (step != DiagReply.Step.ROW && step != DiagReply.Step.ERROR) {
            throw new IOException("strange answer");
        }
        return step;
    }

    private void receive(Netlink socket) throws IOException {
        int length = socket.receive(buffer);
        if (length < 0) {
            throw new IOException("no answer");
        }
        reply.start(length);
    }

    private boolean dumpListeners(Netlink socket, PortListeners[] ports) throws IOException {
        if (!dumpListeners(socket, true, ports)) {
            return false;
        }
        PortListeners[] rest =
                Arrays.stream(ports).filter(PortListeners::wantsFour).toArray(PortListeners[]::new);
        return rest.length == 0 || dumpListeners(socket, false, rest);
    }

    private boolean dumpListeners(Netlink socket, boolean v6, PortListeners[] ports) throws IOException {
        int port = Arrays.stream(ports).allMatch(each -> each.port() == ports[0].port()) ? ports[0].port() : 0;
        return dump(socket, requests.start().addDump(v6, port, 1 << SocketRow.LISTEN, false), row -> {
            if (row.state() == SocketRow.LISTEN) {
                for (PortListeners each : ports) {
                    each.add(Listener.of(row, v6));
                }
            }
        });
    }

    @Override
    public boolean queued(boolean v6, int port, Consumer<SocketRow> to) {
        Netlink socket = socket();
        if (socket == null) {
            return false;
        }
        try {
            return dump(socket, requests.start().addDump(v6, port, QUEUED_STATES, true), row -> {
                boolean wanted = row.state() > 0 && (QUEUED_STATES & 1 << row.state()) != 0;
                if (wanted && !row.isAccepted() && row.local().port() == port) {
                    to.accept(row);
                }
            });
        } catch (IOException e) {
            abandon(socket);
            return false;
        }
    }

    /** False if something may be missing. */
    private boolean dump(Netlink socket, DiagRequests request, Consumer<SocketRow> to) throws IOException {
        socket.send(request.finish());
        boolean complete = true;
        for (int datagrams = 0; datagrams < MAX_DATAGRAMS; datagrams++) {
            receive(socket);
            DiagReply.Step step = reply.next();
            while (step == DiagReply.Step.ROW) {
                if (reply.sequence() == request.lastSequence()) {
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
    long idleMillis(ListenAddress local, ListenAddress remote) {
        Netlink socket = socket();
        if (socket == null) {
            return SocketRow.UNKNOWN;
        }
        try {
            socket.send(requests.start().addLookUp(local, remote, true).finish());
            boolean found = answer(socket) == DiagReply.Step.ROW && reply.sequence() == requests.lastSequence();
            DiagRow row = reply.row();
            boolean same = found
                    && row.state() != SocketRow.LISTEN
                    && row.remote().equals(remote)
                    && row.local().equals(local);
            return same ? row.idleMillis() : SocketRow.UNKNOWN;
        } catch (IOException e) {
            abandon(socket);
            return SocketRow.UNKNOWN;
        }
    }
}
