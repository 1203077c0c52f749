package io.acceptor.queue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
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

    private static final int QUEUED_STATES =
            1 << SocketRow.ESTABLISHED | 1 << SocketRow.CLOSE_WAIT | 1 << SocketRow.SYN_RECV;

    /** One after the other costs as much as a dump of a few (measured, 10 queues each 25 ms: 45 us and 38 us in C). */
    private static final int MOST_LOOK_UPS = 4;

    /** A listener that nobody asked for costs a dump less than a look-up costs, but there may be thousands of them. */
    private static final int FEW_STRANGERS = 8;

    private final Opener opener;
    private final LongSupplier nanoClock;
    private volatile @Nullable DiagClient held;

    /** How many listeners the last search showed. */
    private int listed;

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

    /** Measured, each 25 ms: the count 42 us, one look-up 12 us, a dump of ten 58 us. */
    @Override
    public boolean isDearerThanArrivals(int listeners) {
        return listeners > MOST_LOOK_UPS;
    }

    @Override
    public void open() {
        client();
    }

    @Override
    public boolean isOpen() {
        return held != null;
    }

    private @Nullable DiagClient client() {
        DiagClient client = held;
        if (client != null || impossible || (paused && nanoClock.getAsLong() - pausedSince < HeldFile.RETRY_NANOS)) {
            return client;
        }
        try {
            held = new DiagClient(opener.open());
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
    private void abandon(DiagClient client) {
        held = null;
        pause();
        client.close();
    }

    @Override
    public boolean listeners(PortListeners[] ports) {
        DiagClient client = client();
        if (client == null) {
            return false;
        }
        try {
            if (!dumpIsCheaper(ports.length)) {
                client.lookUpExpected(ports);
            }
            return areAsExpected(ports) || dumpListeners(client, unexpected(ports));
        } catch (IOException e) {
            abandon(client);
            return false;
        }
    }

    private boolean dumpIsCheaper(int queues) {
        return queues > MOST_LOOK_UPS && listed <= queues * FEW_STRANGERS;
    }

    // Forty times a second: no streams below, which are slow when they have gone cold.

    private static boolean areAsExpected(PortListeners[] ports) {
        for (PortListeners each : ports) {
            if (!each.isAsExpected()) {
                return false;
            }
        }
        return true;
    }

    private static PortListeners[] unexpected(PortListeners[] ports) {
        PortListeners[] rest = new PortListeners[ports.length];
        int count = 0;
        for (PortListeners each : ports) {
            if (!each.isAsExpected()) {
                rest[count++] = each;
            }
        }
        return Arrays.copyOf(rest, count);
    }

    private boolean dumpListeners(DiagClient client, PortListeners[] ports) throws IOException {
        listed = 0;
        if (!dumpListeners(client, true, ports)) {
            return false;
        }
        for (PortListeners each : ports) {
            if (each.wantsFour()) {
                return dumpListeners(client, false, ports);
            }
        }
        return true;
    }

    private boolean dumpListeners(DiagClient client, boolean v6, PortListeners[] ports) throws IOException {
        return client.dump(v6, commonPort(ports), 1 << SocketRow.LISTEN, false, row -> {
            listed++;
            if (row.state() == SocketRow.LISTEN) {
                for (PortListeners each : ports) {
                    if (each.port() == row.local().port()) {
                        each.add(Listener.of(row, v6));
                    }
                }
            }
        });
    }

    /** The port to ask for; 0 means any. */
    private static int commonPort(PortListeners[] ports) {
        for (PortListeners each : ports) {
            if (each.port() != ports[0].port()) {
                return 0;
            }
        }
        return ports[0].port();
    }

    @Override
    public boolean queued(boolean v6, int port, Consumer<SocketRow> to) {
        DiagClient client = client();
        if (client == null) {
            return false;
        }
        try {
            return client.dump(v6, port, QUEUED_STATES, true, row -> {
                boolean wanted = row.state() > 0 && (QUEUED_STATES & 1 << row.state()) != 0;
                if (wanted && !row.isAccepted() && row.local().port() == port) {
                    to.accept(row);
                }
            });
        } catch (IOException e) {
            abandon(client);
            return false;
        }
    }

    /** Milliseconds since a connection was established or sent something; {@link SocketRow#UNKNOWN} if it is gone. */
    long idleMillis(ListenAddress local, ListenAddress remote) {
        DiagClient client = client();
        if (client == null) {
            return SocketRow.UNKNOWN;
        }
        try {
            return client.idleMillis(local, remote);
        } catch (IOException e) {
            abandon(client);
            return SocketRow.UNKNOWN;
        }
    }
}
