package io.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** When the loop may take its time, and when it must not. */
class NewcomersTest {
    private static final long FAST = TimeUnit.MICROSECONDS.toNanos(30);
    private static final long SLOW = TimeUnit.MICROSECONDS.toNanos(100);

    private final Newcomers newcomers = new Newcomers();
    private long now = System.nanoTime();

    private void come(int count, long every, LongConsumer what) {
        for (int i = 0; i < count; i++) {
            now += every;
            what.accept(now);
        }
    }

    @Test
    void fastProbesAreAStormAndACrowd() {
        come(64, FAST, newcomers::probe);
        assertThat(newcomers.areStorm(now)).isTrue();
        assertThat(newcomers.areCrowd(now)).isTrue();
    }

    @Test
    void slowerProbesAreACrowdOnly() {
        come(200, SLOW, newcomers::probe);
        assertThat(newcomers.areStorm(now)).isFalse();
        assertThat(newcomers.areCrowd(now)).isTrue();
    }

    @Test
    void aFewClientsDoNotEndAStormAndABurstOfThemDoes() {
        come(64, FAST, newcomers::probe);
        come(5, FAST, newcomers::client);
        assertThat(newcomers.areStorm(now)).isTrue();
        come(10, FAST, newcomers::client);
        assertThat(newcomers.areStorm(now)).isFalse();
        come(30, FAST, newcomers::client);
        assertThat(newcomers.areCrowd(now)).isFalse();
    }

    @Test
    void clientsAreNoCrowdHoweverFastTheyCome() {
        come(1000, 1, newcomers::client);
        assertThat(newcomers.areCrowd(now)).isFalse();
        assertThat(newcomers.areStorm(now)).isFalse();
    }

    @Test
    void aStormIsOverSoonAfterItsLastProbe() {
        come(64, FAST, newcomers::probe);
        now += TimeUnit.MILLISECONDS.toNanos(4);
        assertThat(newcomers.areStorm(now)).isFalse();
        assertThat(newcomers.areCrowd(now)).isFalse();
    }

    @Test
    void probesThatLiveWhenTheyAreGreetedAreACrowdSoonEnough() {
        for (int i = 0; i < 32; i++) { // booked as staying, and then as gone
            come(1, SLOW, newcomers::client);
            newcomers.probe(now);
        }
        assertThat(newcomers.areCrowd(now)).isTrue();
    }

    @Test
    void clientsOfLongAgoThatLeaveTogetherAreNoStorm() {
        long longAgo = now - TimeUnit.MINUTES.toNanos(1);
        for (int i = 0; i < 1000; i++) {
            newcomers.probe(longAgo);
        }
        assertThat(newcomers.areStorm(now)).isFalse();
        assertThat(newcomers.areCrowd(now)).isFalse();
    }
}
