package io.acceptor.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.TestReporter;

/**
 * A server that may open 256 descriptors and gets thousands of probes, as fast as two threads can make them, for every engine:
 * it never notices that it has so few, and its clients do not notice the probes.
 */
public final class ProbedWithFewDescriptors {
    private static final int PROBES = 5_000;
    private static final int THREADS = 2;

    private ProbedWithFewDescriptors() {}

    /** Floods it, and looks at everything. */
    public static void assertNothingHappens(ExhaustedDescriptors.Server variant, Path directory, TestReporter reporter)
            throws Exception {
        try (ServerJvm server = variant.start(directory)) {
            int port = server.port();
            ExhaustedDescriptors.assertTalks(port);
            ExhaustedDescriptors.assertTalks(port); // each of two event loops holds a file once it has had a client
            Set<String> threads = server.threads();
            int descriptors = ExhaustedDescriptors.settled(() -> variant.descriptors(server));

            int clients = flood(port);

            long accepted = server.accepted();
            reporter.publishEntry("clients served meanwhile", String.valueOf(clients));
            reporter.publishEntry("its books", server.ask("stats"));
            assertThat(clients).isPositive();
            assertThat(accepted)
                    .as("what the kernel keeps to itself are probes that were reset before it had made them")
                    .isBetween(2L + clients, 2L + clients + PROBES);
            assertThat(accepted).as("most probes").isGreaterThan(PROBES / 2);
            await().untilAsserted(() -> assertThat(variant.descriptors(server)).isEqualTo(descriptors));
            assertThat(server.threads()).containsAll(threads);
            assertThat(server.ask("health")).contains("live=true", "ready=true");
            ExhaustedDescriptors.assertTalks(port);
            assertThat(server.log("")).as("what is logged above DEBUG").isEmpty();
        }
    }

    /** Gives how many clients were served, one after the other, while the probes came. */
    private static int flood(int port) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<Integer> served = executor.submit(() -> {
                int count = 0;
                while (!over.get()) {
                    ExhaustedDescriptors.assertTalks(port);
                    count++;
                }
                return count;
            });
            try {
                Peers.probe(port, PROBES, THREADS);
            } finally {
                over.set(true);
            }
            return served.get();
        } finally {
            executor.shutdownNow();
        }
    }
}
