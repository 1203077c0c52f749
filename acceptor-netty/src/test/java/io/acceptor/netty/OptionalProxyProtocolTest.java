package io.acceptor.netty;

import static io.acceptor.netty.ProxiedServer.GREETING;
import static io.acceptor.netty.ProxiedServer.REPLY;
import static io.acceptor.netty.ProxiedServer.assertTalks;
import static io.acceptor.netty.ProxiedServer.hear;
import static io.acceptor.netty.ProxiedServer.reset;
import static io.acceptor.netty.ProxiedServer.say;
import static io.acceptor.netty.ProxyHeaders.FOUR;
import static io.acceptor.netty.ProxyHeaders.LOCAL;
import static io.acceptor.netty.ProxyHeaders.NOTHING;
import static io.acceptor.netty.ProxyHeaders.PROXY;
import static io.acceptor.netty.ProxyHeaders.TCP4;
import static io.acceptor.netty.ProxyHeaders.UNSPECIFIED;
import static io.acceptor.netty.ProxyHeaders.v1;
import static io.acceptor.netty.ProxyHeaders.v2;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Outcome;
import io.acceptor.Peer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A balancer whose clients have a header, and whose checks have none. */
@Timeout(60)
class OptionalProxyProtocolTest {
    private static final ProxyProtocol OPTIONAL = ProxyProtocol.optionalFrom("127.0.0.0/8", "::1");

    private static ProxiedServer start(NettyTransport transport, Duration headerTimeout) throws IOException {
        Transports.assumeAvailable(transport);
        return new ProxiedServer(transport, OPTIONAL.headerTimeout(headerTimeout));
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void headerNamesTheClientAndLocalIsTheBalancers(NettyTransport transport) throws IOException {
        try (ProxiedServer server = start(transport, Duration.ofMinutes(1))) {
            for (byte[] header : List.of(v1("PROXY TCP4 192.0.2.7 198.51.100.1 4711 25"), v2(PROXY, TCP4, FOUR))) {
                server.asked.clear();
                try (Socket client = server.connect(NOTHING)) {
                    for (byte each : header) {
                        say(client, new byte[] {each});
                    }
                    assertTalks(client);
                }
                assertThat(server.asked)
                        .extracting(Peer::remoteAddress)
                        .containsExactly(new InetSocketAddress("192.0.2.7", 4711));
            }
            reset(server.connect(v2(LOCAL, UNSPECIFIED, NOTHING)));
            server.awaitOutcome(Outcome.COMPLETED, 2);
            server.awaitOutcome(Outcome.PROXY_LOCAL, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void whatBeginsOtherwiseIsTheBalancersOwnAndArrivesWhole(NettyTransport transport) throws IOException {
        try (ProxiedServer server = start(transport, Duration.ofMinutes(1))) {
            for (String request : List.of("GET / HTTP/1.0\r\n", "POST /", "PROX", "\r\n\r\nhello")) {
                server.asked.clear();
                try (Socket check = server.connect(NOTHING)) {
                    for (byte each : request.getBytes(US_ASCII)) {
                        say(check, new byte[] {each});
                    }
                    if (request.equals("PROX")) {
                        say(check, "!".getBytes(US_ASCII));
                    }
                    assertThat(hear(check, GREETING.length() + request.length()))
                            .isEqualTo(GREETING + request);
                    assertThat(server.asked).extracting(Peer::remoteAddress).containsExactly((InetSocketAddress)
                            check.getLocalSocketAddress());
                }
            }
            server.awaitOutcome(Outcome.COMPLETED, 4);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void checkThatWaitsForTheGreetingGetsItWhenTheTimeForAHeaderIsOver(NettyTransport transport) throws IOException {
        try (ProxiedServer server = start(transport, Duration.ofMillis(50))) {
            try (Socket check = server.connect(NOTHING)) {
                assertTalks(check);
            }
            try (Socket slow = server.connect("PRO".getBytes(US_ASCII))) {
                assertThat(hear(slow, GREETING.length() + 3)).isEqualTo(GREETING + "PRO");
            }
            try (Socket begun = server.connect("PROXY TCP4 ".getBytes(US_ASCII))) {
                assertThat(hear(begun, 100)).isEqualTo(REPLY);
            }
            server.awaitOutcome(Outcome.COMPLETED, 2);
            server.awaitRefused(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void checkThatLeavesIsAProbeAndOneThatIsOnlyDoneIsGreeted(NettyTransport transport) throws IOException {
        try (ProxiedServer server = start(transport, Duration.ofMinutes(1))) {
            reset(server.connect(NOTHING));
            try (Socket check = server.connect(NOTHING)) {
                check.shutdownOutput();
                assertThat(hear(check, 100)).isEqualTo(GREETING);
            }
            try (Socket half = server.connect("PROXY TCP4 ".getBytes(US_ASCII))) {
                half.shutdownOutput();
                assertThat(hear(half, 100)).isEmpty();
            }
            server.awaitOutcome(Outcome.RESET_BEFORE_GREETING, 1);
            server.awaitOutcome(Outcome.CLOSED_SILENTLY, 2);
        }
    }
}
