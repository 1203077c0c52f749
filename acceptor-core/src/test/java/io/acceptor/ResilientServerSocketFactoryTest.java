package io.acceptor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.acceptor.it.Descriptors;
import io.acceptor.it.Peers;
import io.acceptor.it.Peers.Client;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ServerSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class ResilientServerSocketFactoryTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private interface Call {
        ServerSocket on(ServerSocketFactory factory) throws Exception;
    }

    static Stream<Arguments> everyCall() {
        return Stream.of(
                call("()", factory -> {
                    ServerSocket socket = factory.createServerSocket();
                    assertThat(socket.isBound()).isFalse();
                    socket.bind(new InetSocketAddress(LOOPBACK, 0));
                    return socket;
                }),
                call("(port)", factory -> factory.createServerSocket(0)),
                call("(port, backlog)", factory -> factory.createServerSocket(0, 5)),
                call("(port, backlog, address)", factory -> factory.createServerSocket(0, 5, LOOPBACK)));
    }

    private static Arguments call(String text, Call call) {
        return Arguments.of(text, call);
    }

    @ParameterizedTest(name = "createServerSocket{0}")
    @MethodSource
    void everyCall(String text, Call call) throws Exception {
        ServerSocketFactory factory =
                new ResilientServerSocketFactory(settings -> settings.greeting(Greeting.of("hello\n", US_ASCII)));
        try (ServerSocket server = call.on(factory);
                Client client = Peers.connect(server.getLocalPort())) {
            assertThat(server).as(text).isInstanceOf(ResilientServerSocket.class);
            assertThat(client.hear(6)).isEqualTo("hello\n");
            client.say("x");
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo('x');
            }
        }
    }

    @Test
    void withoutSettingsItMakesPlainOnes() throws Exception {
        try (ServerSocket server = new ResilientServerSocketFactory().createServerSocket(0);
                Client client = Peers.connect(server.getLocalPort());
                Socket accepted = server.accept()) {
            accepted.getOutputStream().write("from the loop\n".getBytes(US_ASCII));
            assertThat(client.hear(14)).isEqualTo("from the loop\n");
        }
    }

    @Test
    void backlogAndAddressAreThoseAskedFor() throws Exception {
        try (ServerSocket server = new ResilientServerSocketFactory().createServerSocket(0, 7, LOOPBACK)) {
            assertThat(server.getInetAddress()).isEqualTo(LOOPBACK);
            assertThat(((ResilientServerSocket) server).queue().reading().limit())
                    .isEqualTo(7);
        }
    }

    @Test
    void aCallThatFailsLeavesNothingOpen() throws Exception {
        ServerSocketFactory factory = new ResilientServerSocketFactory();
        try (ServerSocket occupant = new ServerSocket(0, 1, LOOPBACK)) {
            int before = Descriptors.open();
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> factory.createServerSocket(occupant.getLocalPort(), 5, LOOPBACK))
                    .withMessageContaining("127.0.0.1:" + occupant.getLocalPort());
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> factory.createServerSocket(70_000));
            await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(before));
        }
    }

    @Test
    void equalsGoesByTheSettingsFunction() {
        Consumer<ResilientServerSocket.Builder> one = settings -> settings.queueSize(1);
        Consumer<ResilientServerSocket.Builder> two = settings -> settings.queueSize(2);
        ResilientServerSocketFactory factory = new ResilientServerSocketFactory(one);
        assertThat(factory)
                .isEqualTo(new ResilientServerSocketFactory(one))
                .hasSameHashCodeAs(new ResilientServerSocketFactory(one))
                .isNotEqualTo(new ResilientServerSocketFactory(two))
                .isNotEqualTo(new ResilientServerSocketFactory())
                .isNotEqualTo(null)
                .isNotEqualTo("a factory");
        assertThat(new ResilientServerSocketFactory())
                .isEqualTo(new ResilientServerSocketFactory())
                .hasSameHashCodeAs(new ResilientServerSocketFactory());
    }
}
