package io.acceptor.netty;

import static io.acceptor.netty.ProxiedServer.GREETING;
import static io.acceptor.netty.ProxiedServer.assertTalks;
import static io.acceptor.netty.ProxiedServer.hear;
import static io.acceptor.netty.ProxiedServer.reset;
import static io.acceptor.netty.ProxiedServer.say;
import static io.acceptor.netty.ProxyHeaders.FOUR;
import static io.acceptor.netty.ProxyHeaders.LOCAL;
import static io.acceptor.netty.ProxyHeaders.NOTHING;
import static io.acceptor.netty.ProxyHeaders.PROXY;
import static io.acceptor.netty.ProxyHeaders.SIX;
import static io.acceptor.netty.ProxyHeaders.TCP4;
import static io.acceptor.netty.ProxyHeaders.TCP6;
import static io.acceptor.netty.ProxyHeaders.UNIX_STREAM;
import static io.acceptor.netty.ProxyHeaders.UNSPECIFIED;
import static io.acceptor.netty.ProxyHeaders.join;
import static io.acceptor.netty.ProxyHeaders.tlv;
import static io.acceptor.netty.ProxyHeaders.v1;
import static io.acceptor.netty.ProxyHeaders.v2;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Outcome;
import io.acceptor.Peer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that come through a balancer which says whose connection it passes on. */
@Timeout(60)
class ProxyProtocolTest {
    private static final Peer CLIENT_4 =
            new Peer(new InetSocketAddress("192.0.2.7", 4711), new InetSocketAddress("198.51.100.1", 25));
    private static final Peer CLIENT_6 =
            new Peer(new InetSocketAddress("2001:db8::7", 4711), new InetSocketAddress("2001:db8::1", 25));
    private static final byte[] ADDITIONAL = join(tlv(0x01, 2), tlv(0x02, 30), tlv(0x05, 128), tlv(0x04, 1000));

    private static final List<Map.Entry<byte[], Peer>> HEADERS = List.of(
            Map.entry(v1("PROXY TCP4 192.0.2.7 198.51.100.1 4711 25"), CLIENT_4),
            Map.entry(v1("PROXY TCP6 2001:db8::7 2001:db8::1 4711 25"), CLIENT_6),
            Map.entry(v2(PROXY, TCP4, FOUR), CLIENT_4),
            Map.entry(v2(PROXY, TCP6, SIX), CLIENT_6),
            Map.entry(v2(PROXY, TCP4, FOUR, ADDITIONAL), CLIENT_4),
            Map.entry(v2(PROXY, TCP6, SIX, ADDITIONAL), CLIENT_6));

    private static ProxiedServer start(NettyTransport transport, ProxyProtocol proxy) throws IOException {
        Transports.assumeAvailable(transport);
        return new ProxiedServer(transport, proxy);
    }

    private static List<byte[]> headers() {
        return HEADERS.stream().map(Map.Entry::getKey).toList();
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void theClientBehindTheBalancerIsThePeer(NettyTransport transport) throws IOException {
        try (ProxiedServer server = start(transport, ProxyProtocol.required())) {
            for (Map.Entry<byte[], Peer> header : HEADERS) {
                server.asked.clear();
                server.handed.clear();
                try (Socket client = server.connect(header.getKey())) {
                    assertTalks(client);
                }
                assertThat(server.asked).containsExactly(header.getValue());
                assertThat(server.handed).containsExactly(header.getValue());
            }
            server.awaitOutcome(Outcome.COMPLETED, HEADERS.size());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void whereTheBalancerDoesNotKnowItIsThePeer(NettyTransport transport) throws IOException {
        List<byte[]> headers = List.of(
                v1("PROXY UNKNOWN"),
                v1("PROXY UNKNOWN ffff::1 ffff::2 1 2"),
                v2(PROXY, UNSPECIFIED, NOTHING),
                v2(PROXY, UNIX_STREAM, new byte[216]));
        try (ProxiedServer server = start(transport, ProxyProtocol.required())) {
            for (byte[] header : headers) {
                server.asked.clear();
                try (Socket client = server.connect(header)) {
                    assertTalks(client);
                    assertThat(server.asked).extracting(Peer::remoteAddress).containsExactly((InetSocketAddress)
                            client.getLocalSocketAddress());
                }
            }
            server.awaitOutcome(Outcome.COMPLETED, headers.size());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void nothingIsSaidBeforeTheLastByteOfTheHeaderAndWhatFollowsItIsNotLost(NettyTransport transport)
            throws IOException {
        try (ProxiedServer server = start(transport, ProxyProtocol.required())) {
            for (byte[] header : headers()) {
                try (Socket client = server.connect(NOTHING)) {
                    for (int i = 0; i < header.length - 1; i++) {
                        say(client, new byte[] {header[i]});
                    }
                    assertThat(server.asked).isEmpty();
                    assertThat(client.getInputStream().available()).isZero();
                    say(client, join(new byte[] {header[header.length - 1]}, "early".getBytes(US_ASCII)));
                    assertThat(hear(client, GREETING.length() + 5)).isEqualTo(GREETING + "early");
                }
                server.asked.clear();
            }
            server.awaitOutcome(Outcome.COMPLETED, HEADERS.size());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void headerAndPayloadInOneSegmentAreToldApart(NettyTransport transport) throws IOException {
        byte[] payload = "x".repeat(20_000).getBytes(US_ASCII);
        try (ProxiedServer server = start(transport, ProxyProtocol.required())) {
            for (byte[] header : headers()) {
                try (Socket client = server.connect(join(header, payload))) {
                    assertThat(hear(client, GREETING.length())).isEqualTo(GREETING);
                    assertThat(client.getInputStream().readNBytes(payload.length))
                            .isEqualTo(payload);
                }
            }
            server.awaitOutcome(Outcome.COMPLETED, HEADERS.size());
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aBalancersOwnCheckKeepsItsAddressAndHasItsOwnOutcome(NettyTransport transport) throws IOException {
        List<byte[]> headers =
                List.of(v2(LOCAL, UNSPECIFIED, NOTHING), v2(LOCAL, TCP4, FOUR), v2(LOCAL, TCP4, FOUR, ADDITIONAL));
        try (ProxiedServer server = start(transport, ProxyProtocol.required())) {
            for (byte[] header : headers) {
                server.asked.clear();
                try (Socket check = server.connect(header)) {
                    assertThat(hear(check, GREETING.length())).isEqualTo(GREETING);
                    assertThat(server.asked).extracting(Peer::remoteAddress).containsExactly((InetSocketAddress)
                            check.getLocalSocketAddress());
                    reset(check);
                }
                try (Socket check = server.connect(header)) {
                    check.shutdownOutput();
                    assertThat(hear(check, GREETING.length() + 1)).isEqualTo(GREETING);
                }
            }
            server.awaitOutcome(Outcome.PROXY_LOCAL, 2L * headers.size());
            assertThat(Outcome.PROXY_LOCAL.isProbeLike()).isTrue();
            assertThat(server.handed).as("no handler has seen them").isEmpty();
        }
    }

    /** As HAProxy's plain check does it. What was sent can be read after a reset too. */
    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aBalancersOwnCheckThatIsResetAtOnceIsOneToo(NettyTransport transport) throws IOException {
        try (ProxiedServer server = start(transport, ProxyProtocol.required())) {
            for (int i = 0; i < 10; i++) {
                reset(server.connect(v2(LOCAL, UNSPECIFIED, NOTHING)));
            }
            server.awaitOutcome(Outcome.PROXY_LOCAL, 10);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void whoLeavesBeforeTheHeaderIsThereIsAProbe(NettyTransport transport) throws IOException {
        List<byte[]> beginnings = List.of(NOTHING, "PROXY TCP4 192".getBytes(US_ASCII), new byte[] {0x0d, 0x0a, 0x0d});
        try (ProxiedServer server = start(transport, ProxyProtocol.required())) {
            for (byte[] beginning : beginnings) {
                server.connect(beginning).close();
                reset(server.connect(beginning));
            }
            server.awaitOutcome(Outcome.CLOSED_SILENTLY, beginnings.size());
            server.awaitOutcome(Outcome.RESET_BEFORE_GREETING, beginnings.size());
            assertThat(server.asked).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void fromElsewhereNoHeaderIsExpectedAndOneIsOnlyBytes(NettyTransport transport) throws IOException {
        byte[] header = v1("PROXY TCP4 192.0.2.7 198.51.100.1 4711 25");
        try (ProxiedServer server = start(transport, ProxyProtocol.requiredFrom("10.0.0.0/8", "::1"))) {
            try (Socket client = server.connect(NOTHING)) {
                assertThat(hear(client, GREETING.length())).isEqualTo(GREETING);
                say(client, header);
                assertThat(client.getInputStream().readNBytes(header.length)).isEqualTo(header);
                assertThat(server.handed).extracting(Peer::remoteAddress).containsExactly((InetSocketAddress)
                        client.getLocalSocketAddress());
            }
            server.awaitOutcome(Outcome.COMPLETED, 1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void aNetworkOfIpv4IsRecognizedOnAListenerOfBothFamilies(NettyTransport transport) throws IOException {
        try (ProxiedServer server = start(transport, ProxyProtocol.requiredFrom("127.0.0.0/8"));
                Socket client = server.connect(v2(PROXY, TCP6, SIX))) {
            assertTalks(client);
            assertThat(server.asked).containsExactly(CLIENT_6);
        }
    }
}
