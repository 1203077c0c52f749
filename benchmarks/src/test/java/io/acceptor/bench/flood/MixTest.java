package io.acceptor.bench.flood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixTest {

    @Test
    void drawsByWeight() {
        Mix.Draw draw = Mix.parse(List.of("reset=7", "fin=2", "session")).draw(new SplittableRandom(1));
        Map<Behaviour, Integer> drawn = new EnumMap<>(Behaviour.class);
        for (int i = 0; i < 10_000; i++) {
            drawn.merge(draw.next(), 1, Integer::sum);
        }
        assertThat(drawn.get(Behaviour.RESET)).isCloseTo(7_000, within(300));
        assertThat(drawn.get(Behaviour.FIN)).isCloseTo(2_000, within(300));
        assertThat(drawn.get(Behaviour.SESSION)).isCloseTo(1_000, within(300));
    }

    @Test
    void theSameSeedDrawsTheSame() {
        Mix mix = Mix.parse(List.of("reset", "fin", "hold"));
        assertThat(first20(mix, 5)).isEqualTo(first20(mix, 5)).isNotEqualTo(first20(mix, 6));
    }

    private static List<Behaviour> first20(Mix mix, long seed) {
        Mix.Draw draw = mix.draw(new SplittableRandom(seed));
        return Stream.generate(draw::next).limit(20).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rest=1 | must be of reset, reset-after",
                "reset=0 | weights must be from 1 to 1000000, was 0",
                "reset=x | weights must be from 1",
                "reset,reset=2 | reset is there twice",
            })
    void refusesWhatIsNoMix(String text, String message) {
        assertThatThrownBy(() -> Mix.parse(List.of(text.split(","))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
