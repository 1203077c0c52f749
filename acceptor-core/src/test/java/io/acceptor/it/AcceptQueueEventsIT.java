package io.acceptor.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.acceptor.Acceptor;
import io.acceptor.AcceptorListener;
import io.acceptor.Greeting;
import io.acceptor.StallReport;
import io.acceptor.queue.AcceptQueueInspection;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a server tells of its accept queue while user code holds its loop up. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
class AcceptQueueEventsIT {
    private static final int BACKLOG = 4;
    private static final int GHOSTS = 2;

    private final CountDownLatch held = new CountDownLatch(1);
    private final Recorder events = new Recorder();
    private final List<Socket> clients = new ArrayList<>();

    private static final class Recorder implements AcceptorListener {
        private final List<AcceptQueueInspection> overflows = new CopyOnWriteArrayList<>();
        private final List<Long> rises = new CopyOnWriteArrayList<>();
        private final List<StallReport> stalls = new CopyOnWriteArrayList<>();

        @Override
        public void onQueueOverflow(long rise, AcceptQueueInspection queue) {
            rises.add(rise);
            overflows.add(queue);
        }

        @Override
        public void onStall(StallReport report) {
            stalls.add(report);
        }
    }

    /** The first client's greeting does not come before the latch opens. */
    private Acceptor start() throws Exception {
        return Acceptor.builder()
                .backlog(BACKLOG)
                .greeting(Greeting.perConnection(peer -> {
                    awaitRelease();
                    return ByteBuffer.wrap(new byte[] {'h', 'i'});
                }))
                .stallThreshold(Duration.ofMillis(100))
                .listener(events)
                .handler(connection -> connection.input().transferTo(connection.output()))
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private void awaitRelease() {
        try {
            held.await(100, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect(Acceptor acceptor) throws Exception {
        Socket client = new Socket();
        clients.add(client);
        client.connect(acceptor.localAddress(), 5000);
    }

    private void holdUpTheLoop(Acceptor acceptor) throws Exception {
        connect(acceptor);
        await().until(() -> acceptor.stats().accepted() == 1);
    }

    @Test
    void healthAndStallReportShowWhatIsInTheQueue() throws Exception {
        try (Acceptor acceptor = start()) {
            assertThat(acceptor.health().queue().ghosts()).isZero();
            holdUpTheLoop(acceptor);
            connect(acceptor);
            Peers.probe(acceptor.localAddress().getPort(), GHOSTS, 1);
            await().until(() -> !events.stalls.isEmpty());
            assertThat(events.stalls.get(0).queue().reading().depth()).isPositive();
            assertThat(events.stalls.get(0))
                    .asString()
                    .contains("accept queue: depth ", "(" + acceptor.queue().source());
            await().untilAsserted(() -> {
                AcceptQueueInspection seen = acceptor.health().queue();
                assertThat(seen.ghosts()).isEqualTo(GHOSTS);
                assertThat(seen.visible()).hasSize(1);
            });
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            acceptor.metrics().bindTo(registry);
            // the sampler rests 400 times as long as an inspection took that found things moving: seconds on a busy
            // machine
            await().atMost(1, TimeUnit.MINUTES)
                    .untilAsserted(() -> assertThat(registry.get("acceptor.queue.ghosts")
                                    .gauge()
                                    .value())
                            .isEqualTo(GHOSTS));
            if (acceptor.queue().source().equals("sock_diag")) {
                assertThat(registry.get("acceptor.queue.oldest").gauge().value())
                        .isPositive();
            }
            held.countDown();
            await().untilAsserted(() -> {
                assertThat(registry.get("acceptor.queue.ghosts").gauge().value())
                        .isZero();
                assertThat(registry.get("acceptor.queue.oldest").gauge().value())
                        .isZero();
            });
        } finally {
            letGo();
        }
    }

    @Test
    void anOverflowOfOurQueueIsToldOnce() throws Exception {
        try (Acceptor acceptor = start();
                Acceptor other = Acceptor.builder()
                        .listener(new AcceptorListener() {
                            @Override
                            public void onQueueOverflow(long rise, AcceptQueueInspection queue) {
                                events.rises.add(-1L);
                            }
                        })
                        .handler(connection -> {})
                        .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            holdUpTheLoop(acceptor);
            for (int i = 0; i <= BACKLOG; i++) {
                connect(acceptor);
            }
            await().until(() -> acceptor.queue().full());
            await().untilAsserted(() -> {
                assertRefused(acceptor);
                assertThat(events.overflows).isNotEmpty();
            });
            assertRefused(acceptor);
            assertThat(events.overflows.get(0).full()).isTrue();
            assertThat(events.overflows.get(0).reading().depth()).isEqualTo(BACKLOG + 1);
            assertThat(events.rises)
                    .as("once, and not by the other server")
                    .hasSize(1)
                    .allMatch(rise -> rise > 0);
            assertThat(other.queue().full()).isFalse();
            held.countDown();
        } finally {
            letGo();
        }
    }

    private static void assertRefused(Acceptor acceptor) throws Exception {
        try (Socket refused = new Socket()) {
            refused.connect(acceptor.localAddress(), 200);
            throw new AssertionError("connected to a full queue");
        } catch (SocketTimeoutException e) {
            assertThat(e).isNotNull();
        }
    }

    @Test
    void theWaitInTheQueueIsMeasured() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (Acceptor acceptor = start()) {
            assumeTrue(acceptor.queue().source().equals("sock_diag"), "without sock_diag there are no samples");
            acceptor.metrics().bindTo(registry);
            holdUpTheLoop(acceptor);
            connect(acceptor);
            await().pollDelay(Duration.ofMillis(400)).until(() -> true);
            held.countDown();
            await().untilAsserted(() -> assertThat(
                            registry.get("acceptor.queue.wait").timer().max(TimeUnit.MILLISECONDS))
                    .isGreaterThan(300));
        } finally {
            letGo();
        }
    }

    private void letGo() throws Exception {
        held.countDown();
        for (Socket client : clients) {
            client.close();
        }
    }
}
