package io.acceptor.netty;

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
import static io.acceptor.netty.ProxyHeaders.signatureAnd;
import static io.acceptor.netty.ProxyHeaders.tlv;
import static io.acceptor.netty.ProxyHeaders.v1;
import static io.acceptor.netty.ProxyHeaders.v2;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.netty.ProxyHeader.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What first bytes are, by the rules of the PROXY protocol. */
class ProxyHeaderTest {
    /** TLS seen by the balancer: client flags, verified, a version, a name. */
    private static final byte[] SSL =
            join(new byte[] {0x20, 0, 18, 7, 0, 0, 0, 0}, tlv(0x21, 7), tlv(0x22, 0), NOTHING);
    /** The own check of a balancer at AWS: LOCAL with a family, and 84 bytes of additional data in place of addresses. */
    private static final byte[] CHECK_OF_NLB =
            v2(LOCAL, TCP4, HexFormat.of().parseHex("030004bce5951f"), tlv(0x04, 74));

    static List<byte[]> headers() {
        return List.of(
                v1("PROXY TCP4 192.0.2.7 198.51.100.1 4711 25"),
                v1("PROXY TCP6 2001:db8::7 2001:db8::1 4711 25"),
                v1("PROXY TCP6 ::ffff:192.0.2.7 ::ffff:198.51.100.1 1 65535"),
                v1("PROXY UNKNOWN"),
                v1("PROXY UNKNOWN ffff::1 nonsense"),
                v2(PROXY, TCP4, FOUR),
                v2(PROXY, TCP6, SIX, tlv(0x01, 2), tlv(0x04, 1000)),
                v2(PROXY, TCP4, FOUR, SSL, tlv(0x30, 0)),
                v2(PROXY, 0x12, FOUR),
                v2(PROXY, UNIX_STREAM, new byte[216]),
                v2(PROXY, UNSPECIFIED, NOTHING),
                v2(PROXY, UNSPECIFIED, new byte[] {1, 2}),
                v2(LOCAL, UNSPECIFIED, NOTHING),
                v2(LOCAL, 0x77, new byte[] {1, 2}),
                CHECK_OF_NLB);
    }

    @ParameterizedTest
    @MethodSource("headers")
    void headerIsWholeWithItsLastByteAndNotBefore(byte[] header) {
        for (int length = 0; length < header.length; length++) {
            assertThat(kind(Arrays.copyOf(header, length)))
                    .as("%d bytes", length)
                    .isEqualTo(length < (header[0] == 'P' ? 6 : 12) ? Kind.UNDECIDED : Kind.BEGUN);
        }
        ByteBuf followed = Unpooled.wrappedBuffer(join(new byte[] {'x'}, header, "GET /".getBytes(US_ASCII)));
        followed.skipBytes(1);
        ProxyHeader whole = ProxyHeader.of(followed);
        assertThat(whole.kind()).isEqualTo(Kind.WHOLE);
        assertThat(whole.length()).isEqualTo(header.length);
        assertThat(followed.readableBytes()).as("nothing was taken").isEqualTo(header.length + 5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711",
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711 25 1",
                "PROXY TCP4 192.0.2.7  198.51.100.1 4711 25",
                "PROXY TCP4 192.0.2.7 198.51.100.1 4711 65536",
                "PROXY TCP4 192.0.2.7 198.51.100.1 -1 25",
                "PROXY TCP4 2001:db8::7 198.51.100.1 4711 25",
                "PROXY TCP6 192.0.2.7 2001:db8::1 4711 25",
                "PROXY tcp4 192.0.2.7 198.51.100.1 4711 25",
                "PROXY UDP4 192.0.2.7 198.51.100.1 4711 25",
                "PROXY example.org"
            })
    void lineThatIsNotAsItShouldBeIsWrong(String line) {
        assertThat(kind(v1(line))).isEqualTo(Kind.WRONG);
    }

    @Test
    void lineWithoutAnEndIsWrongAtItsGreatestLength() {
        assertThat(kind(("PROXY " + "1".repeat(100)).getBytes(US_ASCII))).isEqualTo(Kind.BEGUN);
        assertThat(kind(("PROXY " + "1".repeat(101)).getBytes(US_ASCII))).isEqualTo(Kind.WRONG);
    }

    static List<byte[]> wrongBlocks() {
        return List.of(
                signatureAnd(0x11),
                signatureAnd(0x22),
                signatureAnd(0xff),
                v2(PROXY, 0x14, FOUR),
                v2(PROXY, 0x10, FOUR),
                v2(PROXY, TCP6, FOUR),
                v2(PROXY, TCP4, FOUR, tlv(4, 2300)),
                v2(LOCAL, TCP4, FOUR, tlv(4, 60_000)),
                v2(PROXY, TCP4, FOUR, new byte[] {1}),
                v2(PROXY, TCP4, FOUR, new byte[] {1, 0}),
                v2(PROXY, TCP4, FOUR, new byte[] {1, 0, 1}),
                v2(PROXY, TCP4, FOUR, tlv(1, 2), new byte[] {1, 0, 9, 1}),
                v2(PROXY, TCP6, SIX, new byte[] {1, (byte) 0xff, (byte) 0xff, 1}),
                v2(PROXY, UNIX_STREAM, new byte[216], new byte[] {1, 0, 9}),
                v2(PROXY, TCP4, FOUR, new byte[] {0x20, 0, 4, 7, 0, 0, 0}), // shorter than its own beginning
                v2(PROXY, TCP4, FOUR, new byte[] {0x20, 0, 8, 7, 0, 0, 0, 0, 0x21, 0, 1
                })); // longer within than without
    }

    @ParameterizedTest
    @MethodSource("wrongBlocks")
    void blockThatIsNotAsItShouldBeIsWrong(byte[] block) {
        assertThat(kind(block)).isEqualTo(Kind.WRONG);
    }

    @Test
    void anythingElseIsNoHeaderFromTheFirstByteThatShows() {
        assertThat(kind(NOTHING)).isEqualTo(Kind.UNDECIDED);
        assertThat(kind("G".getBytes(US_ASCII))).isEqualTo(Kind.NONE);
        assertThat(kind("P".getBytes(US_ASCII))).isEqualTo(Kind.UNDECIDED);
        assertThat(kind("POST".getBytes(US_ASCII))).isEqualTo(Kind.NONE);
        assertThat(kind("PROXY\r\n".getBytes(US_ASCII))).isEqualTo(Kind.NONE);
        assertThat(kind("\r\n\r\n".getBytes(US_ASCII))).isEqualTo(Kind.UNDECIDED);
        assertThat(kind("\r\n\r\nGET".getBytes(US_ASCII))).isEqualTo(Kind.NONE);
    }

    /** Whatever a network sends, it is read without an exception. */
    @Test
    void noBytesMakeItFail() {
        Random random = new Random(42);
        List<byte[]> headers = headers();
        for (int i = 0; i < 20_000; i++) {
            byte[] spoilt = headers.get(random.nextInt(headers.size())).clone();
            for (int spoil = 0; spoil < 3; spoil++) {
                spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt();
            }
            assertThat(kind(spoilt)).isNotNull();
        }
    }

    private static Kind kind(byte[] first) {
        return ProxyHeader.of(Unpooled.wrappedBuffer(first)).kind();
    }
}
