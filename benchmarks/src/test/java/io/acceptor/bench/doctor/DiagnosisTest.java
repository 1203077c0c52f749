package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.queue.ListenCounters;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class DiagnosisTest {
    private static final int SOMAXCONN = 4_096;
    private static final ListenCounters COUNTERS = new ListenCounters(0, 0);

    static Stream<Arguments> cases() {
        return Stream.of(
                row(
                        Verdict.NO_TRAFFIC_SEEN,
                        "empty",
                        new Looks().empty().empty().empty()),
                row(
                        Verdict.NO_TRAFFIC_SEEN,
                        "traffic, but perhaps another's",
                        new Looks().empty().arrive(100).empty().empty()),
                row(Verdict.SOME_STALLED, "one of two hangs", shared(4, new int[] {3, 0}, new int[] {3, 1})),
                row(Verdict.SOME_STALLED, "one of two hangs and is full", shared(4, new int[] {26, 0}, new int[] {26, 2
                })),
                row(Verdict.SOME_STALLED, "two of three hang", shared(4, new int[] {3, 0, 2}, new int[] {3, 1, 2})),
                row(Verdict.ACCEPT_STALLED, "both hang", shared(4, new int[] {3, 1}, new int[] {3, 1})),
                row(Verdict.QUEUE_FULL, "both hang and are full", shared(4, new int[] {26, 26}, new int[] {26, 26})),
                row(
                        Verdict.SOME_FULL,
                        "one of two is full but taken from",
                        shared(4, new int[] {26, 0}, new int[] {25, 0}, new int[] {26, 0})),
                row(Verdict.HEALTHY, "both are taken from", shared(4, new int[] {3, 0}, new int[] {1, 1}, new int[] {
                    0, 0
                })),
                row(
                        Verdict.HEALTHY,
                        "taken at once",
                        new Looks().empty().arrive(9).see(0, 0, 9, 1).arrive(9).see(0, 9, 18, 1)),
                row(
                        Verdict.HEALTHY,
                        "probes that are taken",
                        new Looks().empty().arrive(9).ghosts(9).arrive(90).ghosts(3)),
                row(
                        Verdict.NO_TRAFFIC_SEEN,
                        "something came just now",
                        new Looks().empty().empty().empty().empty().empty().see(0, 0, 3, 40)),
                row(
                        Verdict.HEALTHY,
                        "a pause of half a second",
                        new Looks()
                                .empty()
                                .empty()
                                .empty()
                                .see(0, 0, 3, 40)
                                .see(0, 0, 3, 540)
                                .empty()
                                .empty()),
                row(
                        Verdict.SLOW_ACCEPT,
                        "one in half a second",
                        new Looks()
                                .see(0, 0, 9, 900)
                                .see(0, 1, 9, 900)
                                .see(0, 2, 9, 900)
                                .see(0, 3, 9, 900)
                                .see(0, 4, 9, 900)),
                row(
                        Verdict.SLOW_ACCEPT,
                        "ghosts only, one in half a second",
                        new Looks().ghosts(9).ghosts(8).ghosts(7).ghosts(6).ghosts(5)),
                row(
                        Verdict.ACCEPT_STALLED,
                        "the living wait",
                        new Looks()
                                .see(0, 0, 3, 100)
                                .see(0, 0, 3, 600)
                                .see(0, 0, 4, 1_100)
                                .see(0, 0, 4, 1_600)),
                row(
                        Verdict.ACCEPT_STALLED,
                        "stalled after a last accept",
                        new Looks()
                                .see(0, 0, 9, 100)
                                .see(0, 4, 9, 600)
                                .see(0, 4, 9, 900)
                                .see(0, 4, 9, 1_400)
                                .see(0, 4, 9, 1_900)
                                .see(0, 4, 9, 2_400)),
                row(
                        Verdict.STALLED_WITH_GHOSTS,
                        "probes pile up",
                        new Looks()
                                .see(5, 0, 1, 100)
                                .arrive(5)
                                .see(10, 0, 1, 600)
                                .arrive(5)
                                .see(15, 0, 1, 1_100)),
                row(
                        Verdict.STALLED_WITH_GHOSTS,
                        "the probes were switched off",
                        new Looks().ghosts(39).ghosts(39).ghosts(39)),
                row(
                        Verdict.STALLED_WITH_GHOSTS,
                        "full of them",
                        new Looks().see(50, 0, 1, 100).see(50, 0, 1, 600).see(50, 0, 1, 1_100)),
                row(
                        Verdict.QUEUE_FULL,
                        "full of the living",
                        new Looks().see(0, 0, 51, 100).see(0, 0, 51, 600).see(0, 0, 51, 1_100)),
                row(
                        Verdict.QUEUE_FULL,
                        "full, though some are taken",
                        new Looks()
                                .see(0, 0, 51, 900)
                                .see(0, 5, 51, 900)
                                .see(0, 5, 56, 900)
                                .see(0, 10, 61, 900)),
                row(
                        Verdict.QUEUE_FULL,
                        "a burst that did not fit",
                        new Looks()
                                .empty()
                                .empty()
                                .empty()
                                .see(0, 0, 51, 9)
                                .empty()
                                .empty()),
                row(Verdict.CANNOT_TELL, "one look", new Looks().empty()),
                row(Verdict.CANNOT_TELL, "no depth", new Looks().unknown().unknown()),
                row(
                        Verdict.CANNOT_TELL,
                        "no depth in the end",
                        new Looks().empty().empty().unknown()));
    }

    /** The same looks again and again. */
    private static Looks shared(int times, int[]... depths) {
        Looks looks = new Looks();
        for (int i = 0; i < times; i++) {
            for (int[] each : depths) {
                looks.arrive(1).shared(each);
            }
        }
        return looks;
    }

    private static Arguments row(Verdict verdict, String what, Looks looks) {
        return Arguments.of(verdict, what, looks);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("cases")
    void theFirstVerdictThatFits(Verdict verdict, String what, Looks looks) {
        assertThat(Diagnosis.of(observed(looks, OptionalInt.of(SOMAXCONN)))).isEqualTo(verdict);
    }

    @Test
    void aBurstIntoAQueueAtSomaxconnIsTheKernelsCap() {
        OptionalInt cap = OptionalInt.of((int) Looks.LIMIT);
        Looks halfFull = new Looks().empty().empty().empty().see(0, 0, 26, 9).empty();
        Looks notHalfFull = new Looks().empty().empty().empty().see(0, 0, 25, 9).empty();

        assertThat(Diagnosis.of(observed(halfFull, cap))).isEqualTo(Verdict.BACKLOG_CAPPED);
        assertThat(Diagnosis.of(observed(notHalfFull, cap))).isEqualTo(Verdict.HEALTHY);
        assertThat(Diagnosis.of(observed(halfFull, OptionalInt.empty()))).isEqualTo(Verdict.HEALTHY);
    }

    @Test
    void whereNothingListensNothingElseMatters() {
        Observation seen =
                window(new Looks().empty().empty(), OptionalInt.empty()).observation(false, 0, COUNTERS);

        assertThat(Diagnosis.of(seen)).isEqualTo(Verdict.NOTHING_LISTENING);
    }

    @Test
    void theWindowForgetsOldLooksButNotThePeak() {
        Looks looks = new Looks().see(0, 0, 40, 900);
        for (int i = 0; i < 20; i++) {
            looks.empty();
        }

        Observation seen = observed(looks, OptionalInt.empty());

        assertThat(seen.flow().seconds()).isEqualTo(3);
        assertThat(seen.flow().taken().least()).isZero();
        assertThat(seen.sinceStart().seconds()).isEqualTo(10);
        assertThat(seen.sinceStart().peak()).isEqualTo(40);
    }

    @Test
    void theRateOfAGroupIsNotZeroWhileOneOfItIsEmpty() {
        Observation seen = observed(shared(4, new int[] {3, 0}), OptionalInt.empty());

        assertThat(seen.flow().perSecond()).isNaN();
        assertThat(seen.flow().idleSeconds()).isZero();
        assertThat(seen.stalledListeners()).extracting(SharedListener::inode).containsExactly(1L);
    }

    @Test
    void aFullQueueThatIsFilledAgainAtOnceIsNotStalled() {
        Looks looks = new Looks();
        for (int i = 0; i < 6; i++) {
            looks.arrive(3).from(10 * i).shared(26, 0);
        }

        assertThat(Diagnosis.of(observed(looks, OptionalInt.empty()))).isEqualTo(Verdict.SOME_FULL);
    }

    @Test
    void whatIsTakenFromOneIsNotHiddenByWhatComesToAnother() {
        Observation seen = observed(new Looks().shared(9, 0).arrive(9).shared(4, 9), OptionalInt.empty());

        assertThat(seen.flow().taken().least()).isEqualTo(5);
        assertThat(seen.sinceStart().taken()).isEqualTo(5);
    }

    @Test
    void aConnectionKnownToBeAcceptedMakesAnEmptyQueueHealthy() {
        Window window = window(new Looks().empty().arrive(7).empty(), OptionalInt.empty());
        Observation seen = window.observation(true, 7, COUNTERS);

        assertThat(Diagnosis.of(seen)).isEqualTo(Verdict.HEALTHY);
        assertThat(seen.flow().taken()).isEqualTo(new Flow.Range(7, 7));
    }

    @Test
    void aGroupAtSomaxconnIsTheKernelsCapForEach() {
        OptionalInt cap = OptionalInt.of((int) Looks.LIMIT / 2);
        Looks halfFull = new Looks()
                .shared(0, 0)
                .shared(20, 20)
                .shared(0, 0)
                .shared(0, 0)
                .shared(0, 0);

        assertThat(Diagnosis.of(observed(halfFull, cap))).isEqualTo(Verdict.BACKLOG_CAPPED);
    }

    @Test
    void aStallIsAsLongAsItWasWatched() {
        Looks looks = new Looks();
        for (int i = 0; i < 21; i++) {
            looks.ghosts(3);
        }

        Flow flow = observed(looks, OptionalInt.empty()).flow();

        assertThat(flow.seconds()).isEqualTo(3);
        assertThat(flow.idleSeconds()).isEqualTo(10);
        assertThat(flow.perSecond()).isZero();
    }

    @Test
    void theWindowKeepsTwoLooksHoweverFarApart() {
        Looks looks = new Looks().see(0, 0, 3, 100).see(0, 0, 3, 600);
        Window window = new Window(1, OptionalInt.empty(), looks.list().get(0), COUNTERS);
        window.add(looks.list().get(1));

        assertThat(window.observation(true, 0, COUNTERS).flow().idleSeconds()).isEqualTo(0.5);
    }

    static Observation observed(Looks looks, OptionalInt somaxconn) {
        return window(looks, somaxconn).observation(true, 0, COUNTERS);
    }

    private static Window window(Looks looks, OptionalInt somaxconn) {
        Window window = new Window(3_000_000_000L, somaxconn, looks.list().get(0), COUNTERS);
        looks.list().stream().skip(1).forEach(window::add);
        return window;
    }
}
