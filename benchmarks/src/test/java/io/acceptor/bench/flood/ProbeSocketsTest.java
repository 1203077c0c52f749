package io.acceptor.bench.flood;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.bench.measure.SourceAddresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ProbeSocketsTest {

    static Stream<Arguments> kinds() {
        return LinuxSockets.available()
                ? Stream.of(kind("channels", ChannelProbeSockets::new), kind("system calls", NativeProbeSockets::new))
                : Stream.of(kind("channels", ChannelProbeSockets::new));
    }

    private static Arguments kind(String name, BiFunction<InetSocketAddress, SourceAddresses, ProbeSockets> kind) {
        return Arguments.of(name, kind);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void everyProbeIsResetNotClosed(String name, BiFunction<InetSocketAddress, SourceAddresses, ProbeSockets> kind) {
        AtomicInteger resets = new AtomicInteger();
        try (TestServer server = TestServer.start(client -> countIfReset(client.getInputStream()::read, resets));
                ProbeSockets sockets = kind.apply(server.address(), new SourceAddresses())) {
            for (int i = 0; i < 600; i++) {
                ProbeSocket socket = Objects.requireNonNull(sockets.take());
                assertThat(socket.connect()).isEqualTo(ProbeEnd.DONE);
                socket.reset();
                sockets.giveBack(socket);
            }
            await().until(() -> resets.get() == 600);
        }
    }

    private interface Read {
        int read() throws IOException;
    }

    private static void countIfReset(Read read, AtomicInteger resets) {
        try {
            read.read();
        } catch (IOException reset) {
            resets.incrementAndGet();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void nobodyRefuses(String name, BiFunction<InetSocketAddress, SourceAddresses, ProbeSockets> kind) {
        try (ProbeSockets sockets = kind.apply(TestServer.nobody(), new SourceAddresses())) {
            assertThat(Objects.requireNonNull(sockets.take()).connect()).isEqualTo(ProbeEnd.REFUSED);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kinds")
    void aFullQueueLeavesItOpen(String name, BiFunction<InetSocketAddress, SourceAddresses, ProbeSockets> kind) {
        try (TestServer server = TestServer.deaf(1);
                ProbeSockets sockets = kind.apply(server.address(), new SourceAddresses())) {
            assertThat(Objects.requireNonNull(sockets.take()).connect()).isEqualTo(ProbeEnd.DONE);
            assertThat(Objects.requireNonNull(sockets.take()).connect()).isEqualTo(ProbeEnd.DONE);
            ProbeSocket third = Objects.requireNonNull(sockets.take());
            assertThat(third.connect()).isNull();
            assertThat(third.look()).isNull();
            third.reset();
        }
    }
}
