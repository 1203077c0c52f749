package io.acceptor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How often a loop asks the kernel for connections, and how often in vain. */
class PaceTest {
    private final Pace pace = new Pace();
    private int waiting;
    private int vain;

    /** A turn as the loop makes it: accepts as many as the pace allows, or as many as are there. */
    private void turn() {
        for (int i = 0; i < pace.connections(); i++) {
            if (waiting == 0) {
                vain++;
                pace.emptied(i);
                return;
            }
            waiting--;
        }
        pace.full();
    }

    @Test
    void whoComesAloneIsSeldomFollowedByAnAcceptInVain() {
        for (int i = 0; i < 1000; i++) {
            waiting = 1;
            turn();
            assertThat(waiting).isZero();
        }
        assertThat(vain).isBetween(1, 200);
    }

    @Test
    void aLongQueueIsTakenInLargerAndLargerBatches() {
        waiting = 10_000;
        int turns = 0;
        while (pace.connections() < Pace.MOST) {
            turn();
            turns++;
        }
        assertThat(turns).isLessThan(100);
        assertThat(10_000 - waiting).isLessThan(1000);
        waiting = Integer.MAX_VALUE;
        for (int i = 0; i < 100; i++) {
            turn();
        }
        assertThat(pace.connections()).isEqualTo(Pace.MOST); // others get their turn
    }

    @Test
    void afterTheQueueWasEmptiedTheBatchIsWhatWasFound() {
        waiting = 10_000;
        while (waiting > 0) {
            turn();
        }
        waiting = 3;
        turn();
        assertThat(pace.connections()).isEqualTo(3);
        turn();
        assertThat(pace.connections()).isEqualTo(1); // never none
    }
}
