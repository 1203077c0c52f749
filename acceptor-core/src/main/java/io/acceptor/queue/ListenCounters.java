package io.acceptor.queue;

import java.io.File;

/**
 * How often the kernel has turned connection attempts away at listeners: {@code ListenOverflows} and {@code ListenDrops}
 * of {@code TcpExt} in {@code /proc/self/net/netstat}.
 *
 * <p><strong>These numbers are per network namespace, not per listener.</strong> They count for all listeners in it, IPv4
 * and IPv6, those of other processes included, from when the namespace was made. A rise is an event of some listener;
 * whether of a given one, only the depth of its own queue can tell ({@link AcceptQueueReading#full()}). They count
 * attempts, not clients: a client that sends its SYN again is counted again.
 *
 * <p>Immutable. Each number stands alone. What cannot be known (no Linux, no {@code /proc}, a file that makes no sense) is
 * NaN, never 0.
 *
 * @param overflows attempts turned away because the accept queue was full ({@code tcp_conn_request} in
 *     {@code net/ipv4/tcp_input.c}, {@code tcp_v4_syn_recv_sock} in {@code net/ipv4/tcp_ipv4.c}); NaN when unknown
 * @param drops attempts turned away for whatever reason, a full accept queue being one of them ({@code tcp_listendrop} in
 *     {@code include/net/tcp.h}); NaN when unknown
 */
public record ListenCounters(double overflows, double drops) {

    /** Neither number is known. */
    static final ListenCounters UNKNOWN = new ListenCounters(Double.NaN, Double.NaN);

    /**
     * Checks that each number is NaN or a finite one from 0 on.
     *
     * @param overflows attempts turned away at full accept queues, or NaN
     * @param drops attempts turned away, or NaN
     * @throws IllegalArgumentException if a number is negative or infinite
     */
    public ListenCounters {
        AcceptQueueReading.check("overflows", overflows);
        AcceptQueueReading.check("drops", drops);
    }

    /**
     * Reads both counters now, of the network namespace that the process was in when they were first read.
     *
     * <p>The file is opened by the first call and stays open as long as the JVM lives, so that later calls need no free
     * descriptor. A call costs two system calls, some tens of microseconds. It may be made by any thread, an interrupted one
     * too, waits only for another thread's call under way, and throws nothing.
     *
     * @return what was read; a number that cannot be read is NaN
     */
    public static ListenCounters read() {
        return Shared.FILE.read();
    }

    /**
     * How far the counters have risen since an earlier reading.
     *
     * @param earlier a reading taken before this one
     * @return the differences; NaN where either number is unknown, or where {@code earlier} holds the larger one: then the
     *     two cannot be compared, since the kernel's counters do not fall
     * @throws NullPointerException if {@code earlier} is null
     */
    public ListenCounters since(ListenCounters earlier) {
        return new ListenCounters(rise(earlier.overflows, overflows), rise(earlier.drops, drops));
    }

    private static double rise(double from, double to) {
        return to >= from ? to - from : Double.NaN;
    }

    /** Holds the file of this JVM, which is never closed: nothing is opened before the first reading. */
    private static final class Shared {
        static final ProcListenCounters FILE =
                new ProcListenCounters(new HeldFile(new File("/proc/self/net/netstat"), System::nanoTime));
    }
}
