package io.acceptor.queue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A view of the kernel accept queue of one listening address: of its one listener, or of all listeners of its
 * SO_REUSEPORT group together.
 *
 * <p>The kernel is asked by {@code sock_diag(7)}, as {@code ss} does it, if JNA is on the class path and works there; else
 * {@code /proc/self/net/tcp6} and {@code /proc/self/net/tcp} are read. {@link #source()} tells which. Sockets and files are opened
 * once, when the first queue is made, and stay open as long as the JVM lives, so that readings go on when descriptors have run
 * out. Make the queue while descriptors are to be had. The network namespace is the one the process was in then. Wherever
 * a number cannot be had (no Linux, no {@code /proc}, a row that makes no sense, no listener at the address) it is NaN, never 0;
 * no method throws for such reasons. The system property {@code io.acceptor.queue.source}, set to {@code proc}, leaves netlink alone.
 * Listeners that can tell of themselves ({@link #of(InetSocketAddress, int, int, Supplier)}) are asked before the kernel's tables.
 *
 * <p>The local address is matched, not the port alone. Not told apart are link-local addresses that differ in their scope
 * only, listeners that are bound to different devices, and listeners of other processes that share address and port through
 * SO_REUSEPORT: their connections are counted in the depth; without {@code sock_diag} the limit is NaN while more listeners are
 * found than {@link #of} was told of.
 *
 * <p>Known gaps: gVisor lists listeners with a queue of 0 whatever they hold; kernels before 4.4 list half-open
 * connections among the listeners, which ends a scan of {@code /proc} early, so that a depth may be NaN (of a group: too low)
 * while handshakes are under way; connections of TCP Fast Open, which are queued before their handshake is over, count as
 * ghosts.
 *
 * <p>Thread-safe. A reading may be taken by an interrupted thread, waits only for another thread's reading under way, and leaves
 * little garbage. By {@code sock_diag} it takes some ten microseconds. From {@code /proc} it needs two system calls or four, and some
 * tens of microseconds where the network namespace has connections; where it has none the kernel searches its whole hash of
 * connections for one, which takes milliseconds on a machine with much memory ({@code established_get_first} in {@code
 * net/ipv4/tcp_ipv4.c}). {@link #sample} is made to be called often all the same. {@link #last()}, {@link #full()}, {@link
 * #lastInspection()}, {@link #peak()}, {@link #atLeast} and {@link #source()} neither wait nor read anything. There is nothing to
 * close.
 */
public final class AcceptQueue {
    private static final int MAX_PORT = 65_535;

    /** Another process may join the address (SO_REUSEPORT): so often all listeners are searched for that. */
    private static final long SURVEY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final String TOLD = "tcp_info";

    private final QueueSource source;
    private final InetSocketAddress local;
    private final ListenAddress address;
    private final int members;
    private final double limitEach;
    private final Supplier<List<AcceptQueueReading>> listenersTell;
    private final LongSupplier nanoClock;
    private final PeakWindow peak;
    private final Lull lull = new Lull();

    /** Guarded by the lock of {@link #source}, like the next. */
    private @Nullable Listener sole;

    private long surveyedAt;

    /** Written by {@link #take} only, hence under the lock of {@link #source}; read by anyone. */
    private volatile Snapshot last = Snapshot.NONE;

    /** Whether the listeners told the last reading. Written like {@link #last}. */
    private volatile boolean told;

    /** Written under the inspector's lock; read by anyone. */
    private volatile @Nullable Sampled sampled;

    AcceptQueue(QueueSource source, InetSocketAddress local, int backlog, int listeners, LongSupplier nanoClock) {
        this(source, local, backlog, listeners, List::of, nanoClock);
    }

    AcceptQueue(
            QueueSource source,
            InetSocketAddress local,
            int backlog,
            int listeners,
            Supplier<List<AcceptQueueReading>> listenersTell,
            LongSupplier nanoClock) {
        this.source = source;
        this.listenersTell = listenersTell;
        this.local = checked(local);
        this.address = ListenAddress.of(local);
        this.members = atLeast("listeners", 1, listeners);
        this.limitEach = limitEach(atLeast("backlog", 0, backlog), source.somaxconn());
        this.nanoClock = nanoClock;
        this.peak = new PeakWindow(nanoClock);
        source.prepare(address);
    }

    /**
     * A view of the accept queue at a listening address. It needs no listener yet, and outlives it.
     *
     * <p>The limit is {@code listeners * min(backlog, somaxconn)} with {@link #somaxconn()} as it is now; the kernel takes
     * its own minimum when {@code listen} is called, so make the view right after binding.
     *
     * @param local the address the listener is bound to, as its {@code getLocalAddress()} tells
     * @param backlog what was passed to {@code listen}, at least 1; or 0 when that is unknown: then so is the limit
     * @param listeners how many listeners share the address (SO_REUSEPORT), at least 1
     * @return the view, with nothing read yet
     * @throws IllegalArgumentException if the address is unresolved or has port 0, or a number is out of range
     * @throws NullPointerException if {@code local} is null
     */
    public static AcceptQueue of(InetSocketAddress local, int backlog, int listeners) {
        return of(local, backlog, listeners, List::of);
    }

    /**
     * The same for listeners that can tell of themselves, which costs less than to search them in the kernel's tables: by
     * TCP_INFO, where their option can be read.
     *
     * @param local as for {@link #of(InetSocketAddress, int, int)}
     * @param backlog likewise
     * @param listeners likewise
     * @param tell asked first for each reading: one for each listener, with a depth that is known; an empty list while they
     *     cannot tell, and the kernel's tables are searched then. Called by any thread, one at a time; must not wait
     * @return the view, with nothing read yet
     */
    public static AcceptQueue of(
            InetSocketAddress local, int backlog, int listeners, Supplier<List<AcceptQueueReading>> tell) {
        QueueWaits.shared().prepare();
        return new AcceptQueue(QueueSource.shared(), local, backlog, listeners, tell, System::nanoTime);
    }

    /**
     * Views of every address that is listened on at a port in this network namespace now, whoever owns the listeners. An
     * empty list says that nobody listens, or that it cannot be known: then {@link #source()} of any view is {@code "none"}.
     *
     * <p>What a stranger passed to {@code listen} is not known, so the limit is only where the kernel tells it ({@code
     * sock_diag}), else NaN.
     *
     * @param port from 1 to 65535
     * @return one view for each address, with nothing read yet; immutable
     * @throws IllegalArgumentException if the port is out of range
     */
    public static List<AcceptQueue> at(int port) {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port must be from 1 to " + MAX_PORT + ", was " + port);
        }
        return at(QueueSource.shared(), port);
    }

    static List<AcceptQueue> at(QueueSource source, int port) {
        Map<ListenAddress, Long> listeners = source.listenersAt(port).stream()
                .collect(Collectors.groupingBy(Listener::address, LinkedHashMap::new, Collectors.counting()));
        return listeners.entrySet().stream()
                .map(each -> new AcceptQueue(
                        source,
                        each.getKey().toSocketAddress(),
                        0,
                        each.getValue().intValue(),
                        System::nanoTime))
                .toList();
    }

    /**
     * The largest backlog that {@code listen} grants in this network namespace now: {@code net.core.somaxconn}, 4096 by
     * default from Linux 5.4 on and 128 before. Opens, reads and closes one file.
     *
     * @return the sysctl's value, or empty where it cannot be read
     */
    public static OptionalInt somaxconn() {
        return QueueSource.shared().somaxconn();
    }

    /**
     * How many connections have come in to all listeners of this network namespace since it was made, those of other processes
     * included: {@code PassiveOpens} in {@code /proc/self/net/snmp}. The kernel counts a connection right before it puts it into
     * an accept queue, so what it rises by between two looks at a queue is the most that can have joined that queue. Waits only for
     * another thread's reading under way, and throws nothing.
     *
     * @return the number, or NaN when it is unknown
     */
    public static double arrivals() {
        return QueueSource.shared().arrivals();
    }

    /**
     * How long a connection sat in the accept queue before it was accepted, to be asked right after accept() and before
     * anything is sent: from then on the kernel counts from the last send. Only by {@code sock_diag}. Costs some ten microseconds
     * and waits for nobody, so that an accept loop may ask for one of many; neither interrupts nor exhausted descriptors
     * matter.
     *
     * @param local our end, as the accepted socket tells it
     * @param remote the client's end
     * @return the time in milliseconds, by a clock that ticks every 1 to 10 ms; empty if it is unknown: no {@code sock_diag},
     *     the client has reset the connection, or somebody else was asking
     * @throws NullPointerException if an address is null
     */
    public static Optional<Duration> waited(InetSocketAddress local, InetSocketAddress remote) {
        return QueueWaits.shared().waited(local, remote);
    }

    /**
     * Reads many queues at once; made for a sampler that looks at every listener of the JVM many times a second. Each queue's
     * {@link #last()}, {@link #full()} and {@link #peak()} take part. One queue that is not empty is also inspected, each about once a
     * second and all together for at most 0.25 % of the time, for {@link #lastInspection()}.
     *
     * <p>By {@code sock_diag}, a few listeners are looked up by their addresses, with one send, and many among few others are
     * listed; in any case all listeners are searched once a second, for one that has joined. For more than four, and from {@code
     * /proc}, no scan is made when all the queues are known to be empty and the kernel has counted no new connection since
     * ({@code PassiveOpens} in {@code /proc/self/net/snmp}), at most for a second: so long may it take until a listener that
     * was closed while idle becomes unknown. And no scan is made for three times as long as the one before took, at most for 250 ms:
     * slow scans take about a quarter of one processor. So a sample right after another one may leave the readings as they
     * are; {@link #reading()} always reads.
     *
     * @param queues the queues to read, copied before the scan; may be empty
     * @throws NullPointerException if the collection or an element is null
     */
    public static void sample(Collection<AcceptQueue> queues) {
        AcceptQueue[] all = queues.toArray(new AcceptQueue[0]);
        if (all.length > 0) {
            all[0].source.sample(all);
        }
    }

    /**
     * Reads depth and limit now, and counts the depth towards the peak.
     *
     * @return what was read; if other threads read at the same time, the latest of these readings
     */
    public AcceptQueueReading reading() {
        source.read(this);
        return last.sum();
    }

    /**
     * Reads each listener of the address now: those that share it through SO_REUSEPORT apart, whoever owns them. By the kernel's
     * tables always, also where the listeners can tell of themselves; takes no part in {@link #last()} and {@link #peak()}.
     *
     * @return the readings, by the number of the listener's file (its inode); empty if nobody listens there, or if that cannot be
     *     known
     */
    public Map<Long, AcceptQueueReading> listeners() {
        List<Listener> found = source.listenersOf(address);
        List<AcceptQueueReading> each = readings(found);
        Map<Long, AcceptQueueReading> byInode = new LinkedHashMap<>();
        for (int i = 0; i < found.size(); i++) {
            byInode.put(found.get(i).inode(), each.get(i));
        }
        return byInode;
    }

    /**
     * The last reading taken by anyone, for gauges; reads nothing itself.
     *
     * @return the last reading, {@link AcceptQueueReading#UNKNOWN} before the first
     */
    public AcceptQueueReading last() {
        return last.sum();
    }

    /**
     * Looks at every connection in the queue, and counts those that are not there any more. The kernel searches its whole hash
     * of connections for that, up to four times if they move meanwhile: by {@code sock_diag} a fraction of a millisecond and
     * more with many connections open, by {@code /proc} milliseconds to tens of them. So it is not for accept loops, nor for many
     * times a second. Waits only for another inspection under way.
     *
     * @return what was found; numbers that cannot be had are NaN
     */
    public AcceptQueueInspection inspection() {
        source.read(this);
        return source.inspector().inspect(this);
    }

    /**
     * An inspection that costs no more than a {@link #reading()} while the queue is empty: nothing is listed then, and
     * {@link AcceptQueueInspection#synRecv()} is NaN.
     *
     * @return what was found; numbers that cannot be had are NaN
     */
    public AcceptQueueInspection glance() {
        source.read(this);
        Snapshot now = last;
        return now.sum().depth() == 0 ? now.empty(source()) : source.inspector().inspect(this);
    }

    /**
     * The last inspection that {@link #sample} made, for gauges; lists nothing itself.
     *
     * @return if the last reading found the queue empty, just that; else an inspection at most a minute old, or
     *     {@link AcceptQueueInspection#UNKNOWN}
     */
    public AcceptQueueInspection lastInspection() {
        Snapshot now = last;
        if (now.sum().depth() == 0) {
            return now.empty(source());
        }
        Sampled made = sampled;
        boolean fresh = made != null && now.sum().known() && nanoClock.getAsLong() - made.at() < Inspector.FRESH_NANOS;
        return made != null && fresh ? made.inspection() : AcceptQueueInspection.UNKNOWN;
    }

    /**
     * The address that this is a view of.
     *
     * @return what {@link #of} was given, or {@link #at} found
     */
    public InetSocketAddress local() {
        return local;
    }

    /**
     * Whether the last reading found the queue full, so that new clients time out in connect: of a group, that of one of its
     * listeners.
     *
     * @return true if it was full; false if not, or if it is unknown
     */
    public boolean full() {
        return last.full();
    }

    /**
     * The highest depth seen of late. The window is two halves of 30 seconds, the current one and the one before, so it
     * reaches back between 30 and 60 seconds.
     *
     * @return the highest depth read or told of in that time; NaN if there was none
     */
    public double peak() {
        return peak.highest();
    }

    /**
     * Counts a depth known by other means towards the peak, such as the listener's own TCP_INFO. (Not the length of an
     * accept batch: connections arrive while it is being accepted.)
     *
     * @param depth a depth the queue had just now, at least 0
     * @throws IllegalArgumentException if the depth is negative
     */
    public void atLeast(long depth) {
        if (depth < 0) {
            throw new IllegalArgumentException("depth of accept queue " + local + " must be at least 0, was " + depth);
        }
        peak.fold(depth);
    }

    /**
     * Where readings come from.
     *
     * @return {@code "tcp_info"} if the listeners told the last reading, else {@code "sock_diag"} while the kernel can be asked by
     *     netlink, else {@code "proc"} while its tables are held open, else {@code "none"}: then every depth is NaN
     */
    public String source() {
        return told ? TOLD : source.name();
    }

    /**
     * The address and the last reading, for logs.
     *
     * @return a line for people, in no fixed format
     */
    @Override
    public String toString() {
        return "AcceptQueue[" + local + ", " + last() + "]";
    }

    ListenAddress address() {
        return address;
    }

    /** Guarded by the lock of {@link #source}. */
    Lull lull() {
        return lull;
    }

    /** What to look for. A listener that was the only one a moment ago need not be searched among all. */
    PortListeners wanted(long now) {
        return PortListeners.of(address, now - surveyedAt < SURVEY_NANOS ? sole : null);
    }

    /** Has the listeners tell, if they can; called like {@link #take}. */
    boolean takeTold() {
        List<AcceptQueueReading> each = listenersTell.get();
        told = !each.isEmpty();
        if (told) {
            store(each);
        }
        return told;
    }

    /** Takes what a scan found; called under the lock of {@link #source}, so that readings are stored in their order. */
    void take(PortListeners ports, long now) {
        List<Listener> found = ports.found();
        if (!ports.isAsExpected()) {
            sole = found.size() == 1 ? found.get(0) : null;
            surveyedAt = now;
        }
        if (found.size() == 1
                && last.isOf(found.get(0))) { // so it is nearly always, and streams are slow when run rarely
            peak.fold(found.get(0).depth());
            return;
        }
        store(readings(found));
    }

    private void store(List<AcceptQueueReading> each) {
        Snapshot next = Snapshot.of(each, limitEach * members, nanoClock.getAsLong());
        if (next.sum().known()) {
            peak.fold((long) next.sum().depth());
        }
        last = last.followedBy(next);
    }

    /** One for each listener found. */
    List<AcceptQueueReading> readings(List<Listener> found) {
        double own = found.size() > members ? Double.NaN : limitEach;
        return found.stream()
                .map(each ->
                        new AcceptQueueReading(each.depth(), each.limit() == SocketRow.UNKNOWN ? own : each.limit()))
                .toList();
    }

    /** How long it has been full by the readings so far. */
    Duration fullFor() {
        Snapshot now = last;
        return now.full() ? Duration.ofNanos(nanoClock.getAsLong() - now.since()) : Duration.ZERO;
    }

    @Nullable
    Sampled sampled() {
        return sampled;
    }

    /** Called under the inspector's lock. */
    void sampled(Sampled made) {
        sampled = made;
    }

    private static double limitEach(int backlog, OptionalInt somaxconn) {
        return backlog == 0 || somaxconn.isEmpty() ? Double.NaN : Math.min(backlog, somaxconn.getAsInt());
    }

    private static InetSocketAddress checked(InetSocketAddress local) {
        if (local.isUnresolved()) {
            throw new IllegalArgumentException("local address of the accept queue must be resolved, was " + local);
        }
        if (local.getPort() == 0) {
            throw new IllegalArgumentException(
                    "local address of the accept queue must have a port from 1 to " + MAX_PORT + ", was " + local);
        }
        return local;
    }

    private static int atLeast(String what, int minimum, int value) {
        if (value < minimum) {
            throw new IllegalArgumentException(
                    what + " of the accept queue must be at least " + minimum + ", was " + value);
        }
        return value;
    }

    /** An inspection made for gauges, and when. */
    record Sampled(AcceptQueueInspection inspection, long at) {}
}
