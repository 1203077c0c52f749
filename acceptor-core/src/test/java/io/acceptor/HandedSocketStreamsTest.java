package io.acceptor;

import static io.acceptor.HandedSocketPair.HELLO;
import static io.acceptor.HandedSocketPair.Step.doing;
import static io.acceptor.HandedSocketPair.assertNoDifference;
import static io.acceptor.HandedSocketPair.attempts;
import static io.acceptor.HandedSocketPair.sendHello;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

/** The streams, against those of a plain accepted socket. */
class HandedSocketStreamsTest {
    @Test
    void eachStreamIsOneObject() throws Exception {
        try (HandedSocketPair pair = HandedSocketPair.handed()) {
            assertThat(pair.accepted().getInputStream())
                    .isSameAs(pair.accepted().getInputStream());
            assertThat(pair.accepted().getOutputStream())
                    .isSameAs(pair.accepted().getOutputStream());
        }
    }

    @Test
    void readsWhatWasSentThenTheEnd() throws Exception {
        assertNoDifference((accepted, client) -> {
            client.getOutputStream().write(HELLO);
            client.close();
            InputStream in = accepted.getInputStream();
            return attempts(in::read, () -> new String(in.readAllBytes(), UTF_8), in::read, in::available);
        });
    }

    @Test
    void refusesToReadOutOfBounds() throws Exception {
        assertNoDifference((accepted, client) -> {
            InputStream in = accepted.getInputStream();
            byte[] bytes = new byte[4];
            return attempts(
                    () -> in.read(bytes, -1, 2),
                    () -> in.read(bytes, 3, 2),
                    () -> in.read(bytes, 0, -1),
                    () -> in.read(bytes, Integer.MAX_VALUE, 1),
                    () -> in.read(null, 0, 1),
                    () -> in.read(null));
        });
    }

    @Test
    void readsNothingIfNothingIsAskedForAlsoWhenClosed() throws Exception {
        assertNoDifference((accepted, client) -> {
            InputStream in = accepted.getInputStream();
            return attempts(
                    () -> in.read(new byte[0]),
                    () -> in.read(new byte[3], 3, 0),
                    doing(accepted::close),
                    () -> in.read(new byte[3], 1, 0));
        });
    }

    @Test
    void knowsWhatIsAvailable() throws Exception {
        assertNoDifference((accepted, client) -> {
            InputStream in = accepted.getInputStream();
            return attempts(
                    in::available,
                    () -> sendHello(client, accepted),
                    in::available,
                    in::read,
                    in::available,
                    doing(accepted::close),
                    in::available);
        });
    }

    @Test
    void skipsAndReadsInBulk() throws Exception {
        assertNoDifference((accepted, client) -> {
            for (int i = 0; i < 5; i++) {
                client.getOutputStream().write(HELLO);
            }
            client.shutdownOutput();
            InputStream in = accepted.getInputStream();
            ByteArrayOutputStream rest = new ByteArrayOutputStream();
            return attempts(
                    () -> in.skip(2),
                    () -> new String(in.readNBytes(4), UTF_8),
                    doing(() -> in.skipNBytes(3)),
                    () -> in.readNBytes(new byte[8], 1, 6),
                    in::markSupported,
                    doing(in::reset),
                    () -> in.transferTo(rest),
                    () -> rest.toString(UTF_8),
                    () -> in.skip(1),
                    doing(() -> in.skipNBytes(1)));
        });
    }

    @Test
    void timesOutAndReadsOn() throws Exception {
        assertNoDifference((accepted, client) -> {
            accepted.setSoTimeout(20);
            InputStream in = accepted.getInputStream();
            return attempts(
                    in::read,
                    () -> in.read(new byte[10]),
                    () -> sendHello(client, accepted),
                    in::read,
                    accepted::getSoTimeout,
                    accepted::isClosed);
        });
    }

    @Test
    void theEndOnceSeenLastsEvenWhenClosed() throws Exception {
        assertNoDifference((accepted, client) -> {
            client.shutdownOutput();
            InputStream in = accepted.getInputStream();
            return attempts(
                    in::read, in::read, doing(accepted::close), in::read, () -> in.read(new byte[2]), in::available);
        });
    }

    @Test
    void whatWasWrittenArrives() throws Exception {
        assertNoDifference((accepted, client) -> {
            OutputStream out = accepted.getOutputStream();
            return attempts(
                    doing(() -> out.write('x')),
                    doing(() -> out.write(0x179)),
                    doing(() -> out.write(HELLO)),
                    doing(() -> out.write(HELLO, 1, 3)),
                    doing(out::flush),
                    doing(accepted::shutdownOutput),
                    () -> new String(client.getInputStream().readAllBytes(), UTF_8));
        });
    }

    @Test
    void refusesToWriteOutOfBounds() throws Exception {
        assertNoDifference((accepted, client) -> {
            OutputStream out = accepted.getOutputStream();
            byte[] bytes = new byte[4];
            return attempts(
                    doing(() -> out.write(bytes, -1, 2)),
                    doing(() -> out.write(bytes, 3, 2)),
                    doing(() -> out.write(bytes, 0, -1)),
                    doing(() -> out.write(bytes, Integer.MAX_VALUE, 1)),
                    doing(() -> out.write(null, 0, 1)),
                    doing(() -> out.write(null)));
        });
    }

    @Test
    void writesNothingAlsoWhenClosed() throws Exception {
        assertNoDifference((accepted, client) -> {
            OutputStream out = accepted.getOutputStream();
            return attempts(
                    doing(() -> out.write(new byte[0])),
                    doing(accepted::close),
                    doing(() -> out.write(new byte[3], 3, 0)),
                    doing(out::flush));
        });
    }

    @Test
    void urgentDataInLineOrNot() throws Exception {
        assertNoDifference((accepted, client) -> {
            client.setOOBInline(true);
            return attempts(
                    doing(() -> accepted.sendUrgentData('u')),
                    () -> client.getInputStream().read(),
                    doing(() -> client.sendUrgentData('v')),
                    doing(() -> client.getOutputStream().write('w')),
                    () -> accepted.getInputStream().read());
        });
    }

    @Test
    void theInputStreamClosesTheSocket() throws Exception {
        assertNoDifference((accepted, client) -> {
            InputStream in = accepted.getInputStream();
            OutputStream out = accepted.getOutputStream();
            return attempts(
                    doing(in::close),
                    accepted::isClosed,
                    in::read,
                    doing(() -> out.write(1)),
                    doing(in::close),
                    doing(out::close));
        });
    }

    @Test
    void theOutputStreamClosesTheSocket() throws Exception {
        assertNoDifference((accepted, client) -> {
            InputStream in = accepted.getInputStream();
            OutputStream out = accepted.getOutputStream();
            return attempts(
                    doing(out::close),
                    accepted::isClosed,
                    () -> in.read(new byte[1]),
                    () -> in.skip(1),
                    doing(() -> out.write(HELLO)),
                    () -> client.getInputStream().read());
        });
    }

    @Test
    void closesTwice() throws Exception {
        assertNoDifference(
                (accepted, client) -> attempts(doing(accepted::close), doing(accepted::close), accepted::isClosed));
    }
}
