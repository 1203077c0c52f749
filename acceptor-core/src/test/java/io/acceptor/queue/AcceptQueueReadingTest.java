package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class AcceptQueueReadingTest {

    @Test
    void nothingIsKnownOfUnknown() {
        assertThat(AcceptQueueReading.UNKNOWN.known()).isFalse();
        assertThat(AcceptQueueReading.UNKNOWN.depth()).isNaN();
        assertThat(AcceptQueueReading.UNKNOWN.limit()).isNaN();
        assertThat(AcceptQueueReading.UNKNOWN.utilisation()).isNaN();
        assertThat(AcceptQueueReading.UNKNOWN.full()).isFalse();
    }

    @Test
    void isFullOnlyAboveTheLimit() {
        assertThat(new AcceptQueueReading(3, 4).full()).isFalse();
        assertThat(new AcceptQueueReading(4, 4).full()).isFalse();
        assertThat(new AcceptQueueReading(5, 4).full()).isTrue();
    }

    @Test
    void utilisationIsTheShareOfTheLimit() {
        assertThat(new AcceptQueueReading(0, 4).utilisation()).isZero();
        assertThat(new AcceptQueueReading(1, 4).utilisation()).isEqualTo(0.25);
        assertThat(new AcceptQueueReading(5, 4).utilisation()).isEqualTo(1.25);
    }

    @Test
    void utilisationIsUnknownWithoutALimit() {
        assertThat(new AcceptQueueReading(1, Double.NaN).utilisation()).isNaN();
        assertThat(new AcceptQueueReading(Double.NaN, 4).utilisation()).isNaN();
        assertThat(new AcceptQueueReading(0, 0).utilisation()).isNaN();
        assertThat(new AcceptQueueReading(1, 0).utilisation()).isNaN();
    }

    @Test
    void isKnownWithADepthAlone() {
        assertThat(new AcceptQueueReading(0, Double.NaN).known()).isTrue();
        assertThat(new AcceptQueueReading(Double.NaN, 4).known()).isFalse();
        assertThat(new AcceptQueueReading(7, Double.NaN).full()).isFalse();
    }

    @Test
    void refusesNumbersThatNoQueueHas() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AcceptQueueReading(-1, 4))
                .withMessage("depth must be NaN or finite and at least 0, was -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AcceptQueueReading(0, -4))
                .withMessage("limit must be NaN or finite and at least 0, was -4.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AcceptQueueReading(Double.POSITIVE_INFINITY, 4))
                .withMessageContaining("was Infinity");
    }

    @Test
    void twoUnknownReadingsAreEqual() {
        assertThat(new AcceptQueueReading(Double.NaN, Double.NaN)).isEqualTo(AcceptQueueReading.UNKNOWN);
    }
}
