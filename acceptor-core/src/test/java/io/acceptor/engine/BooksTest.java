package io.acceptor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The counters, read while others count. */
@Timeout(60)
class BooksTest {
    private static final int SNAPSHOTS = 20_000;

    @Test
    void connectionsAreNumberedFromOne() {
        Books books = new Books();
        assertThat(books.accepted()).isEqualTo(1);
        assertThat(books.accepted()).isEqualTo(2);
        assertThat(books.active()).isEqualTo(2);
    }

    @Test
    void noSnapshotShowsMoreEndsThanBeginnings() throws Exception {
        Books books = new Books();
        AtomicBoolean over = new AtomicBoolean();
        Thread[] counters = IntStream.range(0, 2)
                .mapToObj(i -> new Thread(() -> {
                    while (!over.get()) {
                        books.accepted();
                        books.ended(Outcome.COMPLETED, null);
                    }
                }))
                .toArray(Thread[]::new);
        for (Thread counter : counters) {
            counter.start();
        }
        try {
            for (int i = 0; i < SNAPSHOTS; i++) {
                AcceptorStats stats = books.snapshot(0);
                assertThat(stats.ended()).isLessThanOrEqualTo(stats.accepted());
                assertThat(books.active()).isNotNegative();
            }
        } finally {
            over.set(true);
            for (Thread counter : counters) {
                counter.join();
            }
        }
    }
}
