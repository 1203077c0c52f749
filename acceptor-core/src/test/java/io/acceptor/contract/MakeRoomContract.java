package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Admission;
import io.acceptor.AdmissionPolicy;
import io.acceptor.Outcome;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.github.resilience4j.ratelimiter.RateLimiter;
import io.github.resilience4j.ratelimiter.RateLimiterConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The connection that has been silent longest makes room for a newcomer when no more are permitted. */
public abstract class MakeRoomContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";
    private static final String SORRY = "421 too many\r\n";
    static final Duration FOR_EVER = Duration.ofMinutes(5);
    static final Duration LONG_SILENT = Duration.ofMillis(1100);

    /** What has not sent a byte for so long may be closed; there is no other way to become old than to wait. */
    static void grow(Duration old) {
        soon().pollDelay(old).until(() -> true);
    }

    private static ServerSpec greets(int maxConnections) {
        return ServerSpec.doing(Behaviours.echo())
                .greeting(GREETING)
                .with(builder -> builder.awaitFirstByte(FOR_EVER)
                        .maxConnections(maxConnections)
                        .refusal(RejectReason.MAX_CONNECTIONS, Refusal.reply(SORRY.getBytes(US_ASCII))));
    }

    private List<Client> greeted(RunningServer server, int count) throws IOException {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Client client = connect(server);
            assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
            clients.add(client);
        }
        return clients;
    }

    @Test
    void whoHasBeenSilentLongestMakesRoomForOneNewcomerEach() throws IOException {
        RunningServer server = start(greets(4));
        Client talker = greeted(server, 1).get(0);
        assertThat(talker.ask("x", "x")).isEqualTo("x");
        List<Client> silent = greeted(server, 3);
        assertThat(connect(server).readToEnd().text()).isEqualTo(SORRY); // nobody has been silent for a second
        grow(LONG_SILENT);

        List<Client> newcomers = greeted(server, 2);
        assertThat(silent.get(0).readToEnd()).matches(end -> !end.reset() && end.bytes().length == 0);
        assertThat(silent.get(1).readToEnd()).matches(end -> !end.reset() && end.bytes().length == 0);
        awaitOutcomes(server, Map.of(Outcome.MADE_ROOM, 2L, Outcome.REJECTED, 1L));
        for (Client each : List.of(talker, silent.get(2), newcomers.get(0), newcomers.get(1))) {
            assertThat(each.ask("still here", "still here")).isEqualTo("still here");
        }
        assertThat(connect(server).readToEnd().text()).isEqualTo(SORRY); // all have spoken
        assertThat(server.stats().probeLike()).isEqualTo(2);
    }

    @Test
    void nobodyMakesRoomWhereThatIsOffNorAtOnce() throws IOException {
        RunningServer off = start(greets(1).with(builder -> builder.silentMakeRoom(false)));
        RunningServer atOnce = start(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.handOffAtOnce().maxConnections(1)));
        List<Client> silent = new ArrayList<>(greeted(off, 1));
        silent.add(connect(atOnce));
        awaitAccepted(atOnce, 1);
        grow(LONG_SILENT);
        assertThat(connect(off).readToEnd().text()).isEqualTo(SORRY);
        assertThat(connect(atOnce).readToEnd().bytes()).isEmpty();
        awaitRejection(off, RejectReason.MAX_CONNECTIONS);
        awaitRejection(atOnce, RejectReason.MAX_CONNECTIONS);
        for (Client each : silent) {
            assertThat(each.ask("x", "x")).isEqualTo("x");
        }
    }

    @Test
    void aNewcomerThatIsRefusedForAnotherReasonDisplacesNobody() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        AdmissionPolicy firstOnly =
                peer -> asked.getAndIncrement() == 0 ? Admission.admit() : Admission.reject(Refusal.close());
        RateLimiter one = RateLimiter.of(
                "one",
                RateLimiterConfig.custom()
                        .limitForPeriod(1)
                        .limitRefreshPeriod(FOR_EVER)
                        .timeoutDuration(Duration.ZERO)
                        .build());
        RunningServer choosy = start(greets(1).with(builder -> builder.admission(firstOnly)));
        RunningServer slow = start(greets(1).with(builder -> builder.rateLimiter(one)));
        RunningServer fair = start(greets(2).with(builder -> builder.maxConnectionsPerSource(1)));
        List<Client> silent = new ArrayList<>(greeted(choosy, 1));
        silent.addAll(greeted(slow, 1));
        Client far = closedAtEnd(Client.connectFrom(InetAddress.getByName("127.0.0.2"), fair.address()));
        assertThat(far.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        silent.add(far);
        assertThat(greeted(fair, 1).get(0).ask("x", "x")).isEqualTo("x");
        grow(LONG_SILENT);
        for (RunningServer each : List.of(choosy, slow, fair)) {
            assertThat(connect(each).readToEnd().text()).doesNotContain(GREETING);
            awaitCount(each, Outcome.REJECTED, 1);
            assertThat(count(each.stats(), Outcome.MADE_ROOM)).isZero();
        }
        awaitRejection(choosy, RejectReason.POLICY);
        awaitRejection(slow, RejectReason.MAX_CONNECTIONS);
        awaitRejection(fair, RejectReason.SOURCE_LIMIT);
        for (Client each : silent) {
            assertThat(each.ask("x", "x")).isEqualTo("x");
        }
        assertThat(asked).hasValue(2);
    }
}
