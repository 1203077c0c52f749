package io.acceptor.bench.victims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.bench.flood.TestServer;
import io.acceptor.bench.flood.TestServer.Conduct;
import io.acceptor.bench.measure.Schedule;
import io.acceptor.bench.measure.SourceAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GreetedClientsTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

    @Test
    void everyGreetedClientIsCountedWithItsLatency() {
        try (TestServer server = TestServer.start(GreetedClientsTest::greet)) {
            ClientsResult result = clients(server.address(), 50);
            assertThat(result.greeted()).isPositive().isEqualTo(result.started());
            assertThat(result.latency().getTotalCount()).isEqualTo(result.greeted());
            assertThat(result.punctuality().lateness().getTotalCount()).isEqualTo(result.started());
            await().until(() -> server.accepted() >= result.started());
        }
    }

    static Stream<Arguments> faults() {
        byte[] half = Arrays.copyOf(TestServer.GREETING, 6);
        byte[] wrong = "220 grEeting".getBytes(StandardCharsets.US_ASCII);
        return Stream.of(
                fault("never answers", client -> {}, ClientEnd.SILENCE),
                fault("half, then silence", client -> write(client, half), ClientEnd.SHORT_GREETING),
                fault("half, then closes", writeAndClose(half), ClientEnd.SHORT_GREETING),
                fault("wrong bytes", writeAndClose(wrong), ClientEnd.WRONG_GREETING),
                fault("half of wrong bytes", writeAndClose(Arrays.copyOf(wrong, 8)), ClientEnd.WRONG_GREETING),
                fault("closes at once", Socket::close, ClientEnd.CLOSED_UNGREETED),
                fault("resets", GreetedClientsTest::reset, ClientEnd.RESET));
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("faults")
    void aFaultyServerIsReportedAsWhatItIs(String name, Conduct conduct, ClientEnd expected) {
        try (TestServer server = TestServer.start(conduct)) {
            ClientsResult result = clients(server.address(), 50);
            assertThat(result.started()).isPositive();
            assertThat(result.ends()).containsEntry(expected, result.started());
            assertThat(result.latency().getTotalCount()).isZero();
        }
    }

    @Test
    void clientsOfNobodyAreRefused() {
        ClientsResult result = clients(TestServer.nobody(), 50);
        assertThat(result.count(ClientEnd.REFUSED)).isPositive().isEqualTo(result.started());
    }

    @Test
    void clientsBeyondAFullQueueDoNotConnect() {
        try (TestServer server = TestServer.deaf(1)) {
            ClientsResult result = clients(server.address(), 50);
            assertThat(result.count(ClientEnd.SILENCE)).isEqualTo(2);
            assertThat(result.count(ClientEnd.CONNECT_TIMEOUT)).isEqualTo(result.started() - 2);
        }
    }

    /** A closed loop would see the stall in as many clients as it has threads. */
    @Test
    void aStallShowsInAllWhoCameMeanwhile() {
        try (TestServer server = TestServer.start(stallingOnce())) {
            ClientsResult result = started(server, Schedule.startingNow(200, Duration.ofSeconds(1)), 200);
            assertThatStallShows(result);
        }
    }

    @Test
    void aStallShowsEvenIfClientsHadToWaitForTheirTurn() {
        try (TestServer server = TestServer.start(stallingOnce())) {
            ClientsResult result = started(server, Schedule.startingNow(200, Duration.ofSeconds(1)), 1);
            assertThatStallShows(result);
        }
    }

    /** 60 clients come during the stall, 30 of them in its first half. */
    private static void assertThatStallShows(ClientsResult result) {
        assertThat(result.latency().getMaxValue()).isGreaterThan(STALL_NANOS * 9 / 10);
        long waitedLong = result.latency().getCountBetweenValues(STALL_NANOS / 2, Long.MAX_VALUE);
        assertThat(waitedLong).isGreaterThan(20);
    }

    private static ClientsResult clients(InetSocketAddress target, int perSecond) {
        return new GreetedClients(target, TestServer.GREETING, TIMEOUT, new SourceAddresses())
                .run(perSecond, Duration.ofMillis(200));
    }

    private static ClientsResult started(TestServer server, Schedule schedule, int threads) {
        return new GreetedClients(server.address(), TestServer.GREETING, Duration.ofSeconds(5), new SourceAddresses())
                .run(schedule, threads);
    }

    private static Arguments fault(String name, Conduct conduct, ClientEnd expected) {
        return Arguments.of(name, conduct, expected);
    }

    private static void greet(Socket client) throws IOException {
        write(client, TestServer.GREETING);
        client.close();
    }

    /** The stall is what is measured, not a wait. */
    private static Conduct stallingOnce() {
        AtomicInteger clients = new AtomicInteger();
        return client -> {
            if (clients.incrementAndGet() == 20) {
                long until = System.nanoTime() + STALL_NANOS;
                while (System.nanoTime() < until) {
                    LockSupport.parkNanos(until - System.nanoTime());
                }
            }
            greet(client);
        };
    }

    private static Conduct writeAndClose(byte[] bytes) {
        return client -> {
            write(client, bytes);
            client.close();
        };
    }

    private static void write(Socket client, byte[] bytes) throws IOException {
        client.getOutputStream().write(bytes);
    }

    private static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }
}
