package io.acceptor.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.bench.compare.ComparisonVerdict.Finding;
import io.acceptor.bench.compare.Trial.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonVerdictTest {

    @Test
    void saysWhoServedAndWhoDidNot() {
        Finding finding = finding(Trials.probes10k("core", 1, 100, 8), Trials.wedged(1));
        assertThat(finding.good()).isTrue();
        assertThat(finding.sentences().get(0))
                .isEqualTo("Served their clients: core. Did not: loop-wedged (0.0 %, never came back).");
    }

    @Test
    void isBadWhenOursDidNotServe() {
        assertThat(finding(Trials.probes10k("core", 1, 99.5, 8)).good()).isFalse();
        assertThat(finding(Trials.probes10k("loop-pool", 1, 20, 8)).good()).isTrue();
    }

    @Test
    void saysPlainlyWhoIsAheadOfOurs() {
        Finding finding = finding(
                Trials.probes10k("core", 1, 100, 8),
                Trials.probes10k("core", 2, 100, 10),
                Trials.probes10k("core", 3, 100, 9),
                Trials.probes10k("loop-pool", 1, 100, 15.04),
                Trials.probes10k("c-epoll", 1, 100, 5));
        assertThat(finding.sentences())
                .contains("Server CPU per probe, us, best first: c-epoll 5.0, core 9.0, loop-pool 15.0;"
                        + " ahead of ours: c-epoll.");
    }

    @Test
    void whoHasNoValidRoundIsNotRanked() {
        Trial invalid = new Trial(
                new Subject("probes-10k", "vertx", 1),
                List.of("lost"),
                Map.of(Figure.MICROS_PER_PROBE, 1.0),
                Map.of(),
                List.of());
        Finding finding =
                finding(Trials.probes10k("core", 1, 100, 8), Trials.probes10k("loop-pool", 1, 100, 15), invalid);
        assertThat(finding.sentences())
                .contains("No valid round: vertx.")
                .anyMatch(s -> s.endsWith("ours is the best."));
    }

    @Test
    void ofManyTheFirstAreNamedAndAllUpToTheBestOfOurs() {
        List<Trial> trials = new ArrayList<>();
        for (String peer :
                List.of("plain-netty-nio", "plain-netty-epoll", "vertx", "loop-pool", "loop-inline", "c-epoll")) {
            trials.add(Trials.probes10k(peer, 1, 100, 1 + trials.size()));
        }
        trials.add(Trials.probes10k("core", 1, 100, 9));
        trials.add(Trials.probes10k("netty-nio", 1, 100, 10));
        assertThat(finding(trials.toArray(new Trial[0])).sentences())
                .anyMatch(s -> s.equals("Every server served its clients."))
                .anyMatch(s -> s.contains("c-epoll 6.0, core 9.0, and 1 more; ahead of ours: plain-netty-nio, "));
    }

    private static Finding finding(Trial... trials) {
        return new ComparisonVerdict(new Summary(List.of(trials))).findings().get(0);
    }
}
