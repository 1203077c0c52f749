package io.acceptor.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void medianIsTheMiddleOne() {
        assertThat(Spread.of(9, 1, 5)).isEqualTo(new Spread(5, 1, 9));
    }

    @Test
    void medianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
        assertThat(Spread.of(4, 1, 2, 9)).isEqualTo(new Spread(3, 1, 9));
    }

    @Test
    void nothingHasNoSpread() {
        assertThat(Spread.of()).isEqualTo(Spread.NONE);
        assertThat(Spread.NONE.show(1)).isEqualTo("-");
    }

    @Test
    void showsAsManyDecimalsAsAskedFor() {
        assertThat(Spread.of(1_234.56, 1_000).show(1)).isEqualTo("1,117.3 (1,000.0 to 1,234.6)");
    }
}
