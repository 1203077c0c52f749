package io.acceptor.netty;

import static io.acceptor.netty.ProxiedServer.MISSING_REPLY;
import static io.acceptor.netty.ProxiedServer.REPLY;
import static io.acceptor.netty.ProxiedServer.assertTalks;
import static io.acceptor.netty.ProxiedServer.hear;
import static io.acceptor.netty.ProxiedServer.say;
import static io.acceptor.netty.ProxyHeaders.FOUR;
import static io.acceptor.netty.ProxyHeaders.NOTHING;
import static io.acceptor.netty.ProxyHeaders.PROXY;
import static io.acceptor.netty.ProxyHeaders.TCP4;
import static io.acceptor.netty.ProxyHeaders.TCP6;
import static io.acceptor.netty.ProxyHeaders.join;
import static io.acceptor.netty.ProxyHeaders.signatureAnd;
import static io.acceptor.netty.ProxyHeaders.tlv;
import static io.acceptor.netty.ProxyHeaders.v1;
import static io.acceptor.netty.ProxyHeaders.v2;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.acceptor.RejectReason;
import io.acceptor.it.CapturedLog;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes where a header is required and is none: refused, with the words for that, and nothing but a reason in the books. */
@Timeout(60)
class ProxyRefusalTest {
    private static final List<byte[]> NO_HEADERS = List.of(
            "GET / HTTP/1.1\r\n".getBytes(US_ASCII),
            v1("PROXY TCP4 nonsense"),
            v1("PROXY TCP9 1.2.3.4 1.2.3.4 1 2"),
            v1("PROXY TCP4 1.2.3.4 1.2.3.4 1 70000"),
            v1("PROXY TCP6 1.2.3.4 1.2.3.4 1 2"),
            ("PROXY TCP4 " + "1".repeat(200)).getBytes(US_ASCII), // over 107, and no end in sight
            v2(0x11, TCP4, FOUR), // version 1 in the form of version 2
            v2(0x2f, TCP4, FOUR), // no such command
            v2(PROXY, 0x14, FOUR), // no such protocol
            v2(PROXY, TCP6, FOUR), // shorter than its addresses
            v2(PROXY, TCP4, FOUR, new byte[] {1, 0, 9, 1}), // additional data that is longer than the header
            v2(PROXY, TCP4, FOUR, new byte[] {1, 0, 9}), // the same, and nothing of it there
            v2(PROXY, TCP4, FOUR, tlv(4, 60_000)));

    private static ProxiedServer start(NettyTransport transport, ProxyProtocol proxy) throws IOException {
        Transports.assumeAvailable(transport);
        return new ProxiedServer(transport, proxy);
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void whatIsNoHeaderIsRefusedWithItsWords(NettyTransport transport) throws IOException {
        try (CapturedLog log = new CapturedLog(Level.INFO, "");
                ProxiedServer server = start(transport, ProxyProtocol.required())) {
            for (int i = 0; i < NO_HEADERS.size(); i++) {
                try (Socket client = server.connect(NO_HEADERS.get(i))) {
                    assertThat(hear(client, 100)).as("answer to %d", i).isEqualTo(REPLY);
                }
            }
            server.awaitRefused(NO_HEADERS.size());
            assertThat(server.asked).isEmpty();
            assertThat(log.lines(Level.INFO)).isEmpty();
        }
    }

    /** As a balancer has it that sends the header with the client's first bytes: the client waits for the greeting. */
    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void noHeaderAtAllIsToldFromHalfOfOne(NettyTransport transport) throws IOException {
        try (CapturedLog log = new CapturedLog(Level.INFO, "");
                ProxiedServer server =
                        start(transport, ProxyProtocol.required().headerTimeout(Duration.ofMillis(100)))) {
            try (Socket silent = server.connect(NOTHING);
                    Socket another = server.connect(NOTHING);
                    Socket slow = server.connect("PROXY TCP4 ".getBytes(US_ASCII))) {
                assertThat(hear(silent, 100)).isEqualTo(MISSING_REPLY);
                assertThat(hear(another, 100)).isEqualTo(MISSING_REPLY);
                assertThat(hear(slow, 100)).isEqualTo(REPLY);
                say(slow, v1("1.2.3.4 1.2.3.4 1 2")); // too late
            }
            server.awaitRefused(RejectReason.PROXY_HEADER, 1);
            server.awaitRefused(RejectReason.PROXY_HEADER_MISSING, 2);
            assertThat(server.asked).isEmpty();
            assertThat(log.lines(Level.INFO))
                    .singleElement()
                    .asString()
                    .contains("no PROXY header came from 127.0.0.1", "header_placement is on_first_ack");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void moreThanAHeaderCanBeIsNotCollected(NettyTransport transport) throws IOException {
        try (ProxiedServer server = start(transport, ProxyProtocol.required().headerTimeout(Duration.ofMinutes(1)))) {
            try (Socket client = server.connect(join(signatureAnd(0xff), new byte[4096]))) {
                assertThat(hear(client, 100)).isEqualTo(REPLY);
            }
            server.awaitRefused(1);
        }
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void whoeverComesAfterwardsIsServed(NettyTransport transport) throws IOException {
        try (ProxiedServer server = start(transport, ProxyProtocol.required())) {
            for (int i = 0; i < 20; i++) {
                server.connect("GET / HTTP/1.1\r\n".getBytes(US_ASCII)).close();
                try (Socket client = server.connect(v2(PROXY, TCP4, FOUR))) {
                    assertTalks(client);
                }
            }
            server.awaitRefused(20);
        }
    }
}
