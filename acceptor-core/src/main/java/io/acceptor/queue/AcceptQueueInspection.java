package io.acceptor.queue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an accept queue holds, connection by connection, and what it holds besides: <em>ghosts</em>, connections that their
 * client has reset while they waited. A ghost keeps its place until it is accepted, but no list of connections shows it any
 * more; only the depth counts it. So their number is the depth less those that are listed.
 *
 * <p>The kernel does not list a queue in one moment. The depth is read before and after, and the number of ghosts is exact
 * if nothing has moved between; else it is a range, from {@link #ghostsAtLeast()} to {@link #ghostsAtMost()}. A number that is
 * unknown is NaN, never 0. While things move, {@link #visible()} may list a few connections more or fewer than
 * {@link #reading()} counted.
 *
 * <p>Immutable.
 *
 * @param reading depth and limit, read after the connections were listed
 * @param listeners one reading for each listener that shares the address (SO_REUSEPORT), in no order; empty when unknown
 * @param visible the queued connections that the kernel lists, in no order
 * @param ghostsAtLeast how many ghosts there were, at least; NaN when unknown
 * @param ghostsAtMost how many ghosts there were, at most; NaN when unknown
 * @param synRecv handshakes under way (SYN_RECV), which are not in the queue yet; NaN when unknown or not looked for
 * @param fullFor how long the queue has been seen full, without a look that saw it otherwise; null if it was not full
 * @param source where the numbers come from: {@code "tcp_info"} (of an empty queue only), {@code "sock_diag"},
 *     {@code "proc"} or {@code "none"}
 */
public record AcceptQueueInspection(
        AcceptQueueReading reading,
        List<AcceptQueueReading> listeners,
        List<Queued> visible,
        double ghostsAtLeast,
        double ghostsAtMost,
        double synRecv,
        @Nullable Duration fullFor,
        String source) {

    /** Nothing is known. */
    public static final AcceptQueueInspection UNKNOWN = new AcceptQueueInspection(
            AcceptQueueReading.UNKNOWN, List.of(), List.of(), Double.NaN, Double.NaN, Double.NaN, null, "none");

    private static final int SHOWN = 10;

    /**
     * Copies the lists and checks the numbers.
     *
     * @throws IllegalArgumentException if a number is negative or infinite, one end of the range is NaN and the other is not, or
     *     its lower end is the higher one
     */
    public AcceptQueueInspection {
        Objects.requireNonNull(reading, "reading");
        Objects.requireNonNull(source, "source");
        listeners = List.copyOf(listeners);
        visible = List.copyOf(visible);
        AcceptQueueReading.check("ghostsAtLeast", ghostsAtLeast);
        AcceptQueueReading.check("ghostsAtMost", ghostsAtMost);
        AcceptQueueReading.check("synRecv", synRecv);
        if (Double.isNaN(ghostsAtLeast) != Double.isNaN(ghostsAtMost) || ghostsAtLeast > ghostsAtMost) {
            throw new IllegalArgumentException(
                    "ghosts must be a range or NaN, were " + ghostsAtLeast + " to " + ghostsAtMost);
        }
    }

    /** A queue seen empty: whatever it was looked at for need not be looked for. */
    static AcceptQueueInspection empty(AcceptQueueReading reading, List<AcceptQueueReading> listeners, String source) {
        return new AcceptQueueInspection(reading, listeners, List.of(), 0, 0, Double.NaN, null, source);
    }

    /**
     * How many of the queued connections their clients have reset.
     *
     * @return the number if it is exact, else NaN
     */
    public double ghosts() {
        return ghostsAtLeast == ghostsAtMost ? ghostsAtLeast : Double.NaN;
    }

    /**
     * How long the oldest of the visible connections has waited. A ghost's age nobody can tell.
     *
     * @return the highest age; empty if none is visible, or the source tells no ages
     */
    public Optional<Duration> oldest() {
        return visible.stream().map(Queued::age).filter(Objects::nonNull).max(Comparator.naturalOrder());
    }

    /**
     * Whether the queue takes no more connections, so that new clients time out in connect.
     *
     * @return true if a listener's depth is above its limit
     */
    public boolean full() {
        return reading.full() || listeners.stream().anyMatch(AcceptQueueReading::full);
    }

    /**
     * The inspection as a line for people, and below it the ten connections that have waited longest.
     *
     * @return text in no fixed format
     */
    @Override
    public String toString() {
        if (!reading.known()) {
            return "depth unknown";
        }
        StringBuilder text = new StringBuilder(128)
                .append("depth ")
                .append(number(reading.depth()))
                .append(" of ")
                .append(number(reading.limit()));
        if (fullFor != null) {
            text.append(", full for ").append(fullFor.toMillis()).append(" ms");
        }
        text.append(", ").append(visible.size()).append(" visible, ghosts ").append(number(ghostsAtLeast));
        if (ghostsAtLeast < ghostsAtMost) {
            text.append(" to ").append(number(ghostsAtMost));
        }
        oldest().ifPresent(
                        age -> text.append(", oldest ").append(age.toMillis()).append(" ms"));
        if (synRecv > 0) {
            text.append(", ").append(number(synRecv)).append(" handshakes under way");
        }
        text.append(" (").append(source).append(')');
        visible.stream()
                .sorted(Comparator.comparing(Queued::age, Comparator.nullsLast(Comparator.reverseOrder())))
                .limit(SHOWN)
                .forEach(queued -> text.append("\n\tqueued ").append(queued));
        return text.toString();
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "unknown" : Long.toString((long) value);
    }

    /** What a queued connection's TCP has come to. */
    public enum State {
        /** The client is there. */
        ESTABLISHED,
        /** The client has said that it will send no more (FIN); it may still be reading. */
        CLOSE_WAIT
    }

    /**
     * A connection in the accept queue. Immutable.
     *
     * @param peer the client's address
     * @param local the address it came to
     * @param state what has become of it
     * @param bytesWaiting what the client has sent so far
     * @param age how long it has waited so far; the kernel tells it in milliseconds, by a clock that ticks every 1 to 10 ms; null
     *     when the source does not tell
     */
    public record Queued(
            InetSocketAddress peer,
            InetSocketAddress local,
            State state,
            long bytesWaiting,
            @Nullable Duration age) {

        /** The connection as a line for people. */
        @Override
        public String toString() {
            return peer + " " + state + ", " + bytesWaiting + " bytes waiting"
                    + (age == null ? "" : ", for " + age.toMillis() + " ms");
        }
    }
}
