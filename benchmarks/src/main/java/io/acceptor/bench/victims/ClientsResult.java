package io.acceptor.bench.victims;

import io.acceptor.bench.measure.Punctuality;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What clients have seen that wanted to be greeted.
 *
 * @param intended clients that the schedule asked for
 * @param ends what became of them; every end has an entry
 * @param retries how often the SYNs of those had to be sent again that connected; every kind has an entry
 * @param latency of those greeted, from the intended moment to the last byte of the greeting, in nanoseconds
 * @param punctuality of their starts: the generator's own share in the latency
 */
public record ClientsResult(
        long intended,
        Map<ClientEnd, Long> ends,
        Map<SynRetries, Long> retries,
        Histogram latency,
        Punctuality punctuality) {

    public ClientsResult {
        ends = Map.copyOf(ends);
        retries = Map.copyOf(retries);
    }

    long count(ClientEnd end) {
        return ends.getOrDefault(end, 0L);
    }

    /** Clients that got the whole greeting. */
    public long greeted() {
        return count(ClientEnd.GREETED);
    }

    /** Clients that got off, whatever the server made of them. */
    public long started() {
        return ends.values().stream().mapToLong(Long::longValue).sum() - count(ClientEnd.NOT_STARTED);
    }

    /** Clients that got off when they were due, or not much later. */
    public long onTime() {
        return started() - punctuality.tooLate();
    }

    /** Whether the generator kept its rate. */
    public boolean valid() {
        return onTime() >= Punctuality.LEAST_SHARE * intended;
    }
}
