package io.acceptor;

import static io.acceptor.HandedSocketPair.HELLO;
import static io.acceptor.HandedSocketPair.Step.doing;
import static io.acceptor.HandedSocketPair.assertNoDifference;
import static io.acceptor.HandedSocketPair.attempts;
import static io.acceptor.HandedSocketPair.sendHello;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.Test;

/** Shutting one side down, and options, against a plain accepted socket. */
class HandedSocketOptionsTest {
    @Test
    void dropsWhatCameWhenItsInputIsShutDown() throws Exception {
        assertNoDifference((accepted, client) -> {
            InputStream in = accepted.getInputStream();
            sendHello(client, accepted);
            return attempts(
                    doing(accepted::shutdownInput),
                    in::available,
                    in::read,
                    doing(() -> in.read(new byte[3])),
                    doing(() -> accepted.getOutputStream().write(HELLO)),
                    () -> client.getInputStream().read(),
                    doing(accepted::close),
                    in::read);
        });
    }

    @Test
    void readsOnWhenItsOutputIsShutDown() throws Exception {
        assertNoDifference((accepted, client) -> {
            OutputStream out = accepted.getOutputStream();
            return attempts(
                    doing(accepted::shutdownOutput),
                    doing(() -> out.write(1)),
                    doing(() -> out.write(HELLO)),
                    doing(out::flush),
                    () -> client.getInputStream().read(),
                    () -> sendHello(client, accepted),
                    () -> accepted.getInputStream().read());
        });
    }

    @Test
    void writesOnWhenTheClientHasHalfClosed() throws Exception {
        assertNoDifference((accepted, client) -> {
            client.shutdownOutput();
            return attempts(
                    () -> accepted.getInputStream().read(),
                    doing(() -> accepted.getOutputStream().write(HELLO)),
                    doing(accepted::close),
                    () -> new String(client.getInputStream().readAllBytes(), UTF_8));
        });
    }

    @Test
    void refusesToShutDownTwice() throws Exception {
        assertNoDifference((accepted, client) -> attempts(
                doing(accepted::shutdownInput),
                doing(accepted::shutdownInput),
                doing(accepted::shutdownOutput),
                doing(accepted::shutdownOutput),
                accepted::getInputStream,
                accepted::getOutputStream,
                accepted::isClosed));
    }

    @Test
    void lingers() throws Exception {
        assertNoDifference((accepted, client) -> attempts(
                accepted::getSoLinger,
                doing(() -> accepted.setSoLinger(true, 7)),
                accepted::getSoLinger,
                doing(() -> accepted.setSoLinger(true, 70_000)),
                accepted::getSoLinger,
                doing(() -> accepted.setSoLinger(false, 3)),
                accepted::getSoLinger,
                doing(() -> accepted.setOption(StandardSocketOptions.SO_LINGER, -4)),
                () -> accepted.getOption(StandardSocketOptions.SO_LINGER)));
    }

    @Test
    void readsOptionsBack() throws Exception {
        assertNoDifference((accepted, client) -> attempts(
                doing(() -> accepted.setTcpNoDelay(true)),
                accepted::getTcpNoDelay,
                doing(() -> accepted.setKeepAlive(true)),
                accepted::getKeepAlive,
                doing(() -> accepted.setOOBInline(true)),
                accepted::getOOBInline,
                doing(() -> accepted.setReuseAddress(false)),
                accepted::getReuseAddress,
                doing(() -> accepted.setTrafficClass(0x10)),
                accepted::getTrafficClass,
                doing(() -> accepted.setSoTimeout(1234)),
                accepted::getSoTimeout,
                doing(() -> accepted.setSendBufferSize(20_000)),
                accepted::getSendBufferSize,
                doing(() -> accepted.setReceiveBufferSize(30_000)),
                accepted::getReceiveBufferSize));
    }

    @Test
    void hasTheSameOptions() throws Exception {
        assertNoDifference((accepted, client) -> accepted.supportedOptions().stream()
                .map(option -> option + "=" + HandedSocketPair.attempt(() -> accepted.getOption(option)))
                .sorted()
                .toList());
    }

    @Test
    void refusesATimeoutWhenClosed() throws Exception {
        assertNoDifference((accepted, client) -> {
            accepted.close();
            return attempts(doing(() -> accepted.setSoTimeout(-1)), doing(() -> accepted.setSoTimeout(1)));
        });
    }
}
