package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.bench.doctor.Flow.Range;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class FlowTest {
    @Test
    void oneLookTellsNothing() {
        Flow flow = flow(new Looks().empty());

        assertThat(flow.seconds()).isNaN();
        assertThat(flow.perSecond()).isNaN();
    }

    @Test
    void aQueueThatOnlyGrowsGaveNothingAway() {
        Flow flow = flow(new Looks()
                .see(3, 0, 1, 100)
                .arrive(2)
                .see(5, 0, 1, 600)
                .arrive(2)
                .see(7, 0, 1, 1_100));

        assertThat(flow.taken()).isEqualTo(new Range(0, 0));
        assertThat(flow.perSecond()).isZero();
        assertThat(flow.idleSeconds()).isEqualTo(1);
    }

    @Test
    void whatArrivedElsewhereDoesNotHideAStall() {
        Flow flow = flow(new Looks().ghosts(3).arrive(100).ghosts(3));

        assertThat(flow.taken()).isEqualTo(new Range(0, 100));
        assertThat(flow.perSecond()).isZero();
        assertThat(flow.idleSeconds()).isEqualTo(0.5);
    }

    @Test
    void whatArrivedElsewhereLeavesTheRateOfAnEmptyQueueOpen() {
        Flow flow = flow(new Looks().empty().arrive(100).empty());

        assertThat(flow.taken()).isEqualTo(new Range(0, 100));
        assertThat(flow.perSecond()).isNaN();
        assertThat(flow.idleSeconds()).isZero();
    }

    @Test
    void aFallIsTaken() {
        Flow flow = flow(new Looks().see(0, 0, 9, 5).see(0, 4, 9, 5).see(0, 4, 9, 5));

        assertThat(flow.taken()).isEqualTo(new Range(4, 4));
        assertThat(flow.perSecond()).isEqualTo(4);
        assertThat(flow.idleSeconds()).isEqualTo(0.5);
    }

    @Test
    void connectionsThatLeaveAtTheSameDepthAreTaken() {
        Flow flow = flow(new Looks().see(0, 0, 9, 5).arrive(6).see(0, 6, 15, 5));

        assertThat(flow.taken()).isEqualTo(new Range(6, 6));
        assertThat(flow.idleSeconds()).isZero();
    }

    @Test
    void connectionsThatBecomeGhostsAreNotTaken() {
        Flow flow = flow(new Looks().see(0, 0, 9, 500).see(6, 6, 9, 1_000));

        assertThat(flow.taken()).isEqualTo(new Range(0, 0));
        assertThat(flow.idleSeconds()).isEqualTo(0.5);
    }

    @Test
    void ghostsThatLeaveAreTaken() {
        Flow flow = flow(new Looks().ghosts(9).arrive(5).see(4, 0, 5, 5));

        assertThat(flow.taken()).isEqualTo(new Range(5, 5));
    }

    @Test
    void unknownGhostsCountAsNothingButTheFallOfTheDepth() {
        Flow flow = flow(new Looks().blurred(9, 0, 9).arrive(20).blurred(7, 9, 16));

        assertThat(flow.taken()).isEqualTo(new Range(2, 22));
    }

    @Test
    void anEmptyQueueIsNotIdle() {
        Flow flow = flow(new Looks().see(2, 0, 0, 1).empty().empty());

        assertThat(flow.idleSeconds()).isZero();
    }

    @Test
    void idlingBeginsWithTheLastLookAtAnEmptyQueue() {
        Flow flow = flow(new Looks().empty().arrive(1).see(0, 0, 1, 100).see(0, 0, 1, 600));

        assertThat(flow.idleSeconds()).isEqualTo(1);
    }

    private static Flow flow(Looks looks) {
        return DiagnosisTest.observed(looks, OptionalInt.empty()).flow();
    }
}
