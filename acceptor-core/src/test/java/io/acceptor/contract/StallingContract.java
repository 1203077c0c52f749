package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.StallReport;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What contracts about user code that blocks a loop have in common. */
abstract class StallingContract extends ContractTest {
    static final Duration THRESHOLD = Duration.ofMillis(150);

    private final RecordingListener listener = new RecordingListener();

    /** Told to a listener, and soon. */
    protected final ServerSpec watched(ServerSpec spec) {
        return spec.listener(listener).with(builder -> builder.stallThreshold(THRESHOLD));
    }

    /** Has clients come until each loop has one waiting, and waits until it is noticed that a loop does not move. */
    protected final StallReport awaitStall(RunningServer server, List<Client> holders) {
        // whom the kernel gives to which loop is its business: with several, more come until each has one waiting
        for (int i = 0; i < 8 * engine().acceptors(); i++) {
            try {
                holders.add(connect(server));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
        soon().until(() -> !server.health().live());
        soon().until(() -> !listener.stalls().isEmpty());
        assertThat(server.health().ready()).isFalse();
        assertThat(server.health().reasons())
                .anySatisfy(reason -> assertThat(reason).contains("blocked"));
        assertThat(server.stats().stalls()).isPositive();
        return listener.stalls().get(0);
    }

    /** Everybody is served and everything is well once the loops are released. */
    protected final void assertRecovers(RunningServer server, HeldLoops loops, List<Client> clients, String greeting)
            throws IOException {
        loops.release();
        for (Client client : clients) {
            assertThat(client.readAsMuchAs(greeting)).isEqualTo(greeting);
        }
        soon().until(() -> server.health().ready());
        soon().until(() -> listener.stallsEnded().size() == listener.stalls().size());
        assertThat(server.stats().stalls()).isEqualTo(listener.stalls().size());
        assertThat(listener.stallsEnded())
                .allSatisfy(lasted -> assertThat(lasted).isGreaterThanOrEqualTo(THRESHOLD));
    }

    /** The report says which user code it is, on which loop. */
    protected static void assertNamed(StallReport report, String phase, String method, Set<String> loopNames) {
        assertThat(report.phase()).contains(phase);
        assertThat(report.state()).isEqualTo("blocked");
        assertThat(report.stalledFor()).isGreaterThanOrEqualTo(THRESHOLD);
        assertThat(report.stack())
                .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo(method));
        assertThat(loopNames).contains(report.thread());
        assertThat(report.queue().reading().known() ? report.queue().reading().depth() : 1)
                .isPositive();
        assertThat(report.toString())
                .contains(phase)
                .contains(method)
                .contains(report.listener())
                .contains(report.state());
    }
}
