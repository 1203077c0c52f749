package io.acceptor.bench.compare;

import io.acceptor.bench.serve.ServerOptions;
import java.time.Duration;
import java.util.List;

/**
 * What a trial needs to know besides server and scenario.
 *
 * @param phase how long each phase takes
 * @param warmUp how long each part of the warm-up takes
 * @param victimsPerSecond clients beside the flood
 * @param options of the server
 * @param jvmOptions of its JVM
 */
record TrialPlan(
        Duration phase, Duration warmUp, int victimsPerSecond, ServerOptions options, List<String> jvmOptions) {
    /** For a probe to be connected. */
    static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

    /** For a victim to be greeted: SYNs that are dropped are sent again after 1 s. */
    static final Duration VICTIM_TIMEOUT = Duration.ofSeconds(2);

    /** Within it a server has recovered, or it has not. */
    static final Duration RECOVERY_LIMIT = Duration.ofSeconds(10);
}
