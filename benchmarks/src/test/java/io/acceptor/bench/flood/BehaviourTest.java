package io.acceptor.bench.flood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.bench.flood.Behaviour.Times;
import io.acceptor.bench.flood.FloodPlan.Bounds;
import io.acceptor.bench.flood.FloodPlan.Load;
import io.acceptor.bench.flood.TestServer.Conduct;
import io.acceptor.bench.measure.SourceAddresses;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BehaviourTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final String RESET = "reset";
    private static final String PROXY_LOCAL = "\r\n\r\n\0\r\nQUIT\n \0\0\0";

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    static Stream<Arguments> whatAServerSees() {
        return Stream.of(
                Arguments.of(Behaviour.RESET, RESET),
                Arguments.of(Behaviour.RESET_AFTER, RESET),
                Arguments.of(Behaviour.RESET_GREETED, RESET),
                Arguments.of(Behaviour.FIN, ""),
                Arguments.of(Behaviour.FIN_AFTER, ""),
                Arguments.of(Behaviour.HALF_CLOSE, ""),
                Arguments.of(Behaviour.HOLD, ""),
                Arguments.of(Behaviour.PARTIAL, "GE"),
                Arguments.of(Behaviour.PROXY_LOCAL, PROXY_LOCAL + RESET),
                Arguments.of(Behaviour.SESSION, "hello\r\n"));
    }

    @ParameterizedTest
    @MethodSource("whatAServerSees")
    void aServerSees(Behaviour behaviour, String expected) {
        try (TestServer server = TestServer.start(this::greetAndListen)) {
            // One after the other, as the server serves them: who waits too long to be accepted takes its words along.
            FloodResult result = visit(server, behaviour, 1);
            assertThat(result.count(ProbeEnd.DONE)).isEqualTo(5);
            await().until(() -> seen.size() == 5);
            assertThat(seen).containsOnly(expected);
        }
    }

    /** What counts is that the server cannot get rid of its words. */
    @Test
    void theDeafOneDoesNotRead() {
        Queue<Boolean> stuck = new ConcurrentLinkedQueue<>();
        Conduct endlessGreeting = client -> {
            byte[] words = new byte[8 * 1_024 * 1_024];
            try {
                client.getOutputStream().write(words);
            } catch (IOException gone) {
                stuck.add(true);
            }
        };
        try (TestServer server = TestServer.start(endlessGreeting)) {
            assertThat(visit(server, Behaviour.DEAF).count(ProbeEnd.DONE)).isEqualTo(5);
            await().until(() -> stuck.size() == 5);
        }
    }

    /** Who reads is cut, below. */
    @Test
    void theDeafOneDoesNotNoticeThatItIsSentAway() {
        try (TestServer server = TestServer.start(Socket::close)) {
            assertThat(visit(server, Behaviour.DEAF).count(ProbeEnd.DONE)).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @CsvSource({"RESET_GREETED", "HALF_CLOSE", "SESSION"})
    void silenceIsSaidSo(Behaviour behaviour) {
        try (TestServer server = TestServer.start(client -> {})) {
            assertThat(visit(server, behaviour).count(ProbeEnd.SILENCE)).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @CsvSource({"RESET_GREETED", "HOLD", "SESSION", "PARTIAL"})
    void whoIsSentAwayIsCut(Behaviour behaviour) {
        try (TestServer server = TestServer.start(Socket::close)) {
            assertThat(visit(server, behaviour).count(ProbeEnd.CUT)).isEqualTo(5);
        }
    }

    @Test
    void aFullQueueLeavesVisitorsUnanswered() {
        try (TestServer server = TestServer.deaf(1)) {
            FloodResult result = visit(server, Behaviour.FIN);
            assertThat(result.count(ProbeEnd.DONE)).isEqualTo(2);
            assertThat(result.count(ProbeEnd.UNANSWERED)).isEqualTo(3);
        }
    }

    private void greetAndListen(Socket client) throws IOException {
        StringBuilder heard = new StringBuilder();
        try (client) {
            client.getOutputStream().write(TestServer.GREETING);
            int next = client.getInputStream().read();
            while (next >= 0) {
                heard.append((char) next);
                next = client.getInputStream().read();
            }
        } catch (IOException gone) {
            heard.append(RESET);
        }
        seen.add(heard.toString());
    }

    private static FloodResult visit(TestServer server, Behaviour behaviour) {
        return visit(server, behaviour, 5);
    }

    private static FloodResult visit(TestServer server, Behaviour behaviour, int atOnce) {
        FloodPlan plan = new FloodPlan(
                Mix.of(behaviour),
                Load.closed(atOnce),
                new Bounds(Duration.ofSeconds(5), 5),
                new Times(SHORT, SHORT, Duration.ofMillis(500), TestServer.GREETING.length),
                1);
        return new Flood(server.address(), new SourceAddresses(), plan).run();
    }
}
