package io.acceptor.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.acceptor.Acceptor;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.it.Peers.Client;
import io.acceptor.queue.AcceptQueueReading;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Acceptors on channels that the user has bound, and on ports that are shared. */
@Timeout(60)
class BoundChannelIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static Acceptor.Builder echo() {
        return Acceptor.builder()
                .name("bound")
                .greeting(Greeting.of("hello\n", US_ASCII))
                .handler(connection -> connection.input().transferTo(connection.output()));
    }

    private static void assertServes(int port) throws IOException {
        try (Client client = Peers.connect(port)) {
            assertThat(client.hear(6)).isEqualTo("hello\n");
            assertThat(client.say("ping").hear(4)).isEqualTo("ping");
        }
    }

    private static int port(ServerSocketChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    @Test
    void acceptsOnAChannelThatTheUserHasBound() throws Exception {
        int before = Descriptors.open();
        ServerSocketChannel channel = ServerSocketChannel.open().bind(ANY_PORT, 50);
        int port = port(channel);
        try (Acceptor acceptor = echo().start(channel)) {
            assertThat(acceptor.localAddress().getPort()).isEqualTo(port);
            assertThat(acceptor.queue().reading().depth()).isZero();
            assertThat(acceptor.queue().source()).isEqualTo("sock_diag");
            assertThat(acceptor.queue().reading().limit())
                    .as("nobody told us but the kernel")
                    .isEqualTo(50);
            assertServes(port);
            await().untilAsserted(() -> assertThat(acceptor.stats().outcomes()).containsEntry(Outcome.COMPLETED, 1L));
        }
        assertThat(channel.isOpen()).isFalse();
        assertThatExceptionOfType(java.net.ConnectException.class).isThrownBy(() -> Peers.connect(port));
        await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(before));
    }

    @Test
    void whoeverConnectedBeforeTheStartIsServed() throws Exception {
        try (ServerSocketChannel channel =
                        ServerSocketChannel.open(StandardProtocolFamily.INET).bind(ANY_PORT, 50);
                Client early = Peers.connect(port(channel));
                Acceptor acceptor = echo().start(channel)) {
            assertThat(early.hear(6)).isEqualTo("hello\n");
            assertThat(acceptor.health().ready()).isTrue();
        }
    }

    @Test
    @SuppressWarnings("try") // closed early on purpose
    void aChannelClosedFromOutsideIsToldByHealth() throws Exception {
        try (CapturedLog log = new CapturedLog(Level.INFO, "bound");
                ServerSocketChannel channel = ServerSocketChannel.open().bind(ANY_PORT, 50);
                Acceptor acceptor = echo().start(channel);
                Client open = Peers.connect(port(channel))) {
            assertThat(open.hear(6)).isEqualTo("hello\n");
            channel.close();
            await().until(() -> !acceptor.health().live());
            assertThat(acceptor.health().ready()).isFalse();
            assertThat(acceptor.health().reasons()).singleElement().asString().contains("closed from outside");
            assertThat(open.say("ping").hear(4)).as("who is in stays in").isEqualTo("ping");
            assertThatExceptionOfType(java.net.ConnectException.class)
                    .isThrownBy(() -> Peers.connect(acceptor.localAddress().getPort()));
            assertTheLoopDoesNotSpin();
            assertThat(log.lines(Level.ERROR)).singleElement().asString().contains("closed from outside");
        }
    }

    /** It may have ended, too. */
    private static void assertTheLoopDoesNotSpin() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("acceptor-bound")) {
                long before = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
                await().pollDelay(Duration.ofMillis(300)).until(() -> true);
                long used = ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()) - before;
                assertThat(Duration.ofNanos(used)).isLessThan(Duration.ofMillis(60));
            }
        }
    }

    @Test
    void aChannelThatCannotAcceptIsRefused(@TempDir Path directory) throws Exception {
        ServerSocketChannel closed = ServerSocketChannel.open().bind(ANY_PORT, 50);
        closed.close();
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> echo().start(closed))
                .withMessageContaining("closed");
        try (ServerSocketChannel unbound = ServerSocketChannel.open()) {
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> echo().start(unbound))
                    .withMessageContaining("not bound");
        }
        try (ServerSocketChannel unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(directory.resolve("s")))) {
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> echo().start(unix))
                    .withMessageContaining("not a TCP address");
            assertThat(unix.isBlocking()).as("left as it was").isTrue();
        }
        try (ServerSocketChannel bound = ServerSocketChannel.open().bind(ANY_PORT, 50)) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> echo().acceptors(2).start(bound))
                    .withMessageContaining("acceptors(2)");
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> Acceptor.builder().start(bound))
                    .withMessageContaining("handler");
            assertThat(bound.isOpen()).as("refused, so still the user's").isTrue();
        }
    }

    @Test
    void aPortSomebodyHasIsNamed() throws Exception {
        try (ServerSocketChannel occupant = ServerSocketChannel.open().bind(ANY_PORT, 50)) {
            InetSocketAddress address = (InetSocketAddress) occupant.getLocalAddress();
            int before = Descriptors.open();
            for (int acceptors : new int[] {1, 2}) {
                assertThatExceptionOfType(BindException.class)
                        .isThrownBy(() -> echo().acceptors(acceptors).start(address))
                        .withMessageContaining("cannot bind 127.0.0.1:" + address.getPort());
            }
            assertThat(Descriptors.open()).isEqualTo(before);
        }
    }

    @Test
    void severalAcceptorsDoNotJoinAPortThatSomebodyShares() throws Exception {
        try (ServerSocketChannel occupant = ServerSocketChannel.open()) {
            occupant.setOption(StandardSocketOptions.SO_REUSEPORT, true).bind(ANY_PORT, 50);
            InetSocketAddress address = (InetSocketAddress) occupant.getLocalAddress();
            int before = Descriptors.open();
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> echo().acceptors(2).start(address))
                    .withMessageContaining("cannot bind 127.0.0.1:" + address.getPort());
            assertThat(Descriptors.open()).isEqualTo(before);
        }
    }

    @Test
    void theQueueOfSeveralAcceptorsIsThatOfAllOfThem() throws Exception {
        try (Acceptor acceptor = echo().backlog(16).acceptors(3).start(ANY_PORT)) {
            assertThat(acceptor.queue().reading()).isEqualTo(new AcceptQueueReading(0, 3 * 16));
        }
    }

    @Test
    void severalAcceptorsShareAPortAndEachServes() throws Exception {
        int before = Descriptors.open();
        int port;
        try (Acceptor acceptor = echo().acceptors(3).start(ANY_PORT)) {
            port = acceptor.localAddress().getPort();
            for (int i = 0; i < 100; i++) {
                assertServes(port);
                Peers.probe(port, 10, 1);
            }
            await().untilAsserted(() -> {
                assertThat(acceptor.stats().outcomes()).containsEntry(Outcome.COMPLETED, 100L);
                assertThat(acceptor.stats().probeLike()).isEqualTo(1000L);
                assertThat(acceptor.stats().active()).isZero();
            });
            for (int number = 1; number <= 3; number++) {
                String name = "acceptor-bound" + (number == 1 ? "" : "-" + number);
                assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .contains(name);
            }
        }
        assertThatExceptionOfType(java.net.ConnectException.class).isThrownBy(() -> Peers.connect(port));
        await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(before));
    }

    @Test
    void anAddressThatWasNotResolvedIsRefused() {
        assertThatExceptionOfType(SocketException.class)
                .isThrownBy(() -> echo().start(InetSocketAddress.createUnresolved("host.invalid", 0)))
                .withMessageContaining("host.invalid");
    }
}
