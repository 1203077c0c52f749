package io.acceptor.metrics;

import static io.micrometer.core.instrument.Meter.Type.COUNTER;
import static io.micrometer.core.instrument.Meter.Type.GAUGE;
import static io.micrometer.core.instrument.Meter.Type.TIMER;

import io.micrometer.core.instrument.Meter;
import java.util.List;

/**
 * The catalogue of meters: every meter an acceptor has, and no other. {@code docs/metrics.md} is made from it.
 * Only {@link #LISTEN_OVERFLOWS} and {@link #LISTEN_DROPS} may be missing, where the kernel does not tell them.
 *
 * <p>Each meter has the tag {@code listener}, the acceptor's name; some have a second one with a fixed set of values.
 * No tag ever holds anything that a client can choose.
 */
public enum AcceptorMeter {
    /** Connections taken from the kernel. */
    ACCEPTED(
            "acceptor.accepted",
            COUNTER,
            "connections",
            MeterTag.NONE,
            "Connections taken from the kernel's accept queue, probes included."),
    /** Ended connections by outcome. */
    CONNECTIONS(
            "acceptor.connections",
            COUNTER,
            "connections",
            MeterTag.OUTCOME,
            "Connections that have ended, by the one outcome each of them has."),
    /** Rejected connections by reason. */
    REJECTIONS(
            "acceptor.rejections",
            COUNTER,
            "rejections",
            MeterTag.REJECT_REASON,
            "Connections that were accepted and then refused, by reason."),
    /** Connections open now. */
    ACTIVE(
            "acceptor.connections.active",
            GAUGE,
            "connections",
            MeterTag.NONE,
            "Connections open now, in whatever phase: accepted minus ended."),
    /** Connections handed over and not claimed yet. */
    PENDING(
            "acceptor.connections.pending",
            GAUGE,
            "connections",
            MeterTag.NONE,
            "Connections handed over to the executor that no worker has claimed yet. 0 on Netty, which has no workers."),
    /** From accept to the greeting being in the kernel's buffer. */
    GREETING(
            "acceptor.greeting",
            TIMER,
            "seconds",
            MeterTag.NONE,
            "From accept until the whole greeting was in the kernel's send buffer; not until the client read it."),
    /** From the hand-over to the claim. */
    HANDOFF(
            "acceptor.handoff",
            TIMER,
            "seconds",
            MeterTag.NONE,
            "From handing a connection over to the executor until a worker claimed it. Nothing is recorded on Netty."),
    /** Depth of the kernel's accept queue. */
    QUEUE_DEPTH(
            "acceptor.queue.depth",
            GAUGE,
            "connections",
            MeterTag.NONE,
            "Depth of the kernel's accept queue, connections already reset by their client included"
                    + " (Recv-Q of ss -lnt); NaN when unknown."),
    /** Limit of the kernel's accept queue. */
    QUEUE_LIMIT(
            "acceptor.queue.limit",
            GAUGE,
            "connections",
            MeterTag.NONE,
            "Limit of the kernel's accept queue (Send-Q of ss -lnt); a full queue is one above it. NaN when unknown."),
    /** Highest depth of late. */
    QUEUE_DEPTH_PEAK(
            "acceptor.queue.depth.peak",
            GAUGE,
            "connections",
            MeterTag.NONE,
            "Highest depth of the kernel's accept queue in the last 30 to 60 seconds; NaN when unknown."),
    /** How long connections sat in the kernel's accept queue. */
    QUEUE_WAIT(
            "acceptor.queue.wait",
            TIMER,
            "seconds",
            MeterTag.NONE,
            "How long connections sat in the kernel's accept queue before they were accepted, without those that were reset there:"
                    + " every one on Netty's native transports, elsewhere a sample of some a second, for which sock_diag is needed."),
    /** Connections in the accept queue that are there no more. */
    QUEUE_GHOSTS(
            "acceptor.queue.ghosts",
            GAUGE,
            "connections",
            MeterTag.NONE,
            "Connections in the kernel's accept queue that their client has reset, so that no tool lists them;"
                    + " at most a minute old. NaN when unknown."),
    /** The oldest connection in the accept queue. */
    QUEUE_OLDEST(
            "acceptor.queue.oldest",
            GAUGE,
            "seconds",
            MeterTag.NONE,
            "How long the oldest connection in the kernel's accept queue has waited so far, of those that were not"
                    + " reset; 0 when the queue is empty. NaN when unknown, as it is without sock_diag."),
    /** Connection attempts turned away at full accept queues, of the whole network namespace. */
    LISTEN_OVERFLOWS(
            "acceptor.listen.overflows",
            COUNTER,
            "overflows",
            MeterTag.NONE,
            "Connection attempts that the kernel turned away because an accept queue was full: of all listeners of the"
                    + " network namespace, not of this one alone; since the acceptor was made. Left out where unknown."),
    /** Connection attempts turned away for any reason, of the whole network namespace. */
    LISTEN_DROPS(
            "acceptor.listen.drops",
            COUNTER,
            "drops",
            MeterTag.NONE,
            "Connection attempts that the kernel turned away for whatever reason, overflows included: of all listeners"
                    + " of the network namespace, not of this one alone; since the acceptor was made."
                    + " Left out where unknown."),
    /** Failed calls of accept by kind. */
    ACCEPT_ERRORS(
            "acceptor.accept.errors",
            COUNTER,
            "errors",
            MeterTag.ACCEPT_ERROR,
            "Failed calls of accept: out of descriptors or memory, passing, or the listener is gone."),
    /** How busy the accept loop is. */
    LOOP_BUSY(
            "acceptor.loop.busy",
            GAUGE,
            "ratio",
            MeterTag.NONE,
            "Share of time, from 0 to 1, that the accept loop did not spend waiting (on Netty: processor time of the event loops, by "
                    + "whomever used); NaN when unknown."),
    /** Stalls reported. */
    STALLS(
            "acceptor.stalls",
            COUNTER,
            "stalls",
            MeterTag.NONE,
            "Stalls reported: the accept loop or one of Netty's event loops was held up, or the application or the workers no longer took"
                    + " connections."),
    /** Events that were lost. */
    EVENTS_DROPPED(
            "acceptor.events.dropped",
            COUNTER,
            "events",
            MeterTag.NONE,
            "Listener events and log lines dropped because their queue was full.");

    /** The key of the tag that every meter has. */
    static final String LISTENER = "listener";

    private final String meterName;
    private final Meter.Type type;
    private final String baseUnit;
    private final MeterTag tag;
    private final String description;

    AcceptorMeter(String meterName, Meter.Type type, String baseUnit, MeterTag tag, String description) {
        this.meterName = meterName;
        this.type = type;
        this.baseUnit = baseUnit;
        this.tag = tag;
        this.description = description;
    }

    /**
     * The meter's name as Micrometer has it, before a registry's naming convention.
     *
     * @return dotted, lower case
     */
    public String meterName() {
        return meterName;
    }

    /**
     * What kind of meter it is.
     *
     * @return counter, gauge or timer
     */
    public Meter.Type type() {
        return type;
    }

    /**
     * The unit of its values. Timers count in the registry's own unit of time, which need not be this one.
     *
     * @return a plural, {@code ratio}, or {@code seconds} for timers
     */
    public String baseUnit() {
        return baseUnit;
    }

    /**
     * The keys of its tags.
     *
     * @return {@code listener}, and at most one more; immutable
     */
    public List<String> tagKeys() {
        return tag == MeterTag.NONE ? List.of(LISTENER) : List.of(LISTENER, tag.key());
    }

    /**
     * Every value of the tag beside {@code listener}; there is one meter for each, from the start.
     *
     * @return lower case with underscores, in order of declaration; empty if there is no such tag; immutable
     */
    public List<String> tagValues() {
        return tag.tagValues();
    }

    /**
     * What it measures, in a sentence or two; also the description that registries show.
     *
     * @return English text
     */
    public String description() {
        return description;
    }
}
