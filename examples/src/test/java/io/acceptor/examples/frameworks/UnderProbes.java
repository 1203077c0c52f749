package io.acceptor.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import io.acceptor.it.Peers;
import java.io.IOException;
import java.util.function.Supplier;

/** Probes a server, and looks afterwards what became of them. */
final class UnderProbes {
    static final int PROBES = 200;

    private UnderProbes() {}

    static void probe(int port) throws IOException {
        Peers.probe(port, PROBES, 2);
    }

    /** All probes were counted as such; nothing came in but them and the clients, whom nothing has befallen. */
    static void assertDropped(Supplier<AcceptorStats> books, int clients) {
        await().untilAsserted(() -> {
            AcceptorStats stats = books.get();
            assertThat(stats.outcomes().get(Outcome.RESET_BEFORE_GREETING)
                            + stats.outcomes().get(Outcome.RESET_AFTER_GREETING))
                    .as("%s", stats)
                    .isEqualTo(PROBES);
            assertThat(stats.accepted()).as("%s", stats).isEqualTo(PROBES + clients);
            assertThat(stats.outcomes().get(Outcome.HANDLER_FAILED))
                    .as("%s", stats)
                    .isZero();
        });
    }
}
