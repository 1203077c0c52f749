package io.acceptor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.acceptor.it.Peers;
import io.acceptor.it.Peers.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** accept() and what comes of it, with real clients; on a plain ServerSocket too, to know that the tests ask for no more. */
@Timeout(60)
class ResilientServerSocketAcceptTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    static Stream<Arguments> onEveryThread() {
        return Stream.of(ServerSocketKind.values())
                .flatMap(kind -> Stream.of(ThreadKind.values())
                        .filter(threads -> threads == ThreadKind.PLATFORM || ThreadKind.virtualExist())
                        .map(threads -> Arguments.of(kind, threads)));
    }

    /** The end of one call of accept(). */
    private static CompletableFuture<Socket> acceptOn(ThreadKind threads, ServerSocket server) {
        CompletableFuture<Socket> accepted = new CompletableFuture<>();
        threads.start(() -> {
            try {
                accepted.complete(server.accept());
            } catch (Throwable t) {
                accepted.completeExceptionally(t);
            }
        });
        return accepted;
    }

    private static Socket get(CompletableFuture<Socket> accepted) throws Exception {
        return accepted.get(20, TimeUnit.SECONDS);
    }

    private static void assertTalks(Client client, Socket accepted) throws IOException {
        client.say("ping");
        assertThat(accepted.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
        accepted.getOutputStream().write("pong".getBytes(US_ASCII));
        assertThat(client.hear(4)).isEqualTo("pong");
    }

    @ParameterizedTest
    @EnumSource
    void aTimeoutLeavesTheSocketUsable(ServerSocketKind kind) throws Exception {
        try (ServerSocket server = kind.bound()) {
            server.setSoTimeout(30);
            for (int i = 0; i < 3; i++) {
                long start = System.nanoTime();
                assertThatExceptionOfType(SocketTimeoutException.class)
                        .isThrownBy(server::accept)
                        .withMessage("Accept timed out");
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(30));
            }
            server.setSoTimeout(0);
            try (Client client = Peers.connect(server.getLocalPort());
                    Socket accepted = server.accept()) {
                assertTalks(client, accepted);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("onEveryThread")
    void closeWakesEveryWaiter(ServerSocketKind kind, ThreadKind threads) throws Exception {
        ServerSocket server = kind.bound();
        List<CompletableFuture<Socket>> waiters = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiters.add(acceptOn(threads, server));
        }
        try (Client client = Peers.connect(server.getLocalPort())) {
            await().until(() -> waiters.stream().anyMatch(CompletableFuture::isDone)); // they are in accept by now
            server.close();
            assertThat(client.socket().isConnected()).isTrue();
        }
        int woken = 0;
        for (CompletableFuture<Socket> waiter : waiters) {
            try {
                get(waiter).close();
            } catch (java.util.concurrent.ExecutionException e) {
                assertThat(e.getCause())
                        .isExactlyInstanceOf(SocketException.class)
                        .hasMessage("Socket closed");
                woken++;
            }
        }
        assertThat(woken).isEqualTo(4);
    }

    @ParameterizedTest
    @MethodSource("onEveryThread")
    void severalThreadsGetEachConnectionOnce(ServerSocketKind kind, ThreadKind threads) throws Exception {
        int clients = 300;
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        try (ServerSocket server = kind.bound()) {
            for (int i = 0; i < 8; i++) {
                threads.start(() -> acceptAndHear(server, heard));
            }
            List<String> said = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                try (Client client = Peers.connect(server.getLocalPort())) {
                    said.add(String.format("%04d", i));
                    client.say(said.get(i));
                    client.socket().shutdownOutput();
                }
            }
            await().until(() -> heard.size() >= clients);
            assertThat(heard).containsExactlyInAnyOrderElementsOf(said);
        }
    }

    private static void acceptAndHear(ServerSocket server, List<String> heard) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                heard.add(new String(socket.getInputStream().readAllBytes(), US_ASCII));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    heard.add(e.toString());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("try") // closed early on purpose
    void acceptedSocketsOutliveTheServerSocket(ServerSocketKind kind) throws Exception {
        ServerSocket server = kind.bound();
        try (Client client = Peers.connect(server.getLocalPort());
                Socket accepted = server.accept()) {
            server.close();
            for (int i = 0; i < 3; i++) {
                assertTalks(client, accepted);
            }
            accepted.close();
            assertThat(client.hearAll()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void closingAnAcceptedSocketWakesItsReader(ServerSocketKind kind) throws Exception {
        try (ServerSocket server = kind.bound();
                Client client = Peers.connect(server.getLocalPort());
                Socket accepted = server.accept()) {
            assertTalks(client, accepted);
            HandedSocketThreads.Running<Integer> reader = HandedSocketThreads.start(
                            () -> accepted.getInputStream().read())
                    .awaitBlocked();
            HandedSocketThreads.start(() -> closed(accepted)).result();
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(reader::result)
                    .withCauseInstanceOf(SocketException.class);
        }
    }

    private static Socket closed(Socket socket) throws IOException {
        socket.close();
        return socket;
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("try") // closing it is the point
    void aPortIsFreeRightAfterClose(ServerSocketKind kind) throws Exception {
        int port;
        try (ServerSocket first = kind.bound()) {
            port = first.getLocalPort();
        }
        for (int i = 0; i < 20; i++) {
            try (ServerSocket server = kind.bound(new InetSocketAddress(LOOPBACK, port));
                    Client client = Peers.connect(port);
                    Client waiting = Peers.connect(port);
                    Socket accepted = server.accept()) {
                server.close();
                assertThat(server.isClosed()).isTrue();
                assertThat(accepted.isConnected()).isTrue();
                assertThat(List.of(client, waiting)).hasSize(2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedServerSocketRefusesNewClients(ServerSocketKind kind) throws Exception {
        ServerSocket server = kind.bound();
        int port = server.getLocalPort();
        server.close();
        assertThatExceptionOfType(java.net.ConnectException.class).isThrownBy(() -> Peers.connect(port));
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("try") // closed early on purpose
    void clientsThatNobodyAcceptedHearTheEndWhenItCloses(ServerSocketKind kind) throws Exception {
        try (ServerSocket server = kind.bound();
                Client waiting = Peers.connect(server.getLocalPort())) {
            server.close();
            try {
                assertThat(waiting.hearAll()).isEmpty();
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWildcardIsReachedOverIpv4AndIpv6(ServerSocketKind kind) throws Exception {
        needIpv6();
        try (ServerSocket server = kind.bound(new InetSocketAddress(0))) {
            for (InetAddress host : List.of(LOOPBACK, Peers.IPV6)) {
                try (Client client = Peers.connect(new InetSocketAddress(host, server.getLocalPort()));
                        Socket accepted = server.accept()) {
                    assertThat(accepted.getInetAddress()).isEqualTo(host);
                    assertThat(accepted.getLocalAddress()).isEqualTo(host);
                    assertTalks(client, accepted);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneAddressIsReachedOverThatOneOnly(ServerSocketKind kind) throws Exception {
        needIpv6();
        try (ServerSocket server = kind.bound(new InetSocketAddress(Peers.IPV6, 0));
                Client client = Peers.connect(new InetSocketAddress(Peers.IPV6, server.getLocalPort()));
                Socket accepted = server.accept()) {
            assertTalks(client, accepted);
            assertThatExceptionOfType(java.net.ConnectException.class)
                    .isThrownBy(() -> Peers.connect(new InetSocketAddress(LOOPBACK, server.getLocalPort())));
        }
    }

    private static void needIpv6() {
        try {
            new ServerSocket(0, 1, Peers.IPV6).close();
        } catch (IOException e) {
            abort("no IPv6 here: " + e.getMessage());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatAClientSentBeforeItLeftIsThere(ServerSocketKind kind) throws Exception {
        try (ServerSocket server = kind.bound()) {
            try (Client client = Peers.connect(server.getLocalPort())) {
                client.say("all I had to say");
            }
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().readAllBytes()).asString().isEqualTo("all I had to say");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReceiveBufferSetBeforeBindIsInheritedByAcceptedSockets(ServerSocketKind kind) throws Exception {
        try (ServerSocket server = kind.unbound()) {
            server.setReceiveBufferSize(10_000);
            server.bind(new InetSocketAddress(LOOPBACK, 0));
            try (Client client = Peers.connect(server.getLocalPort());
                    Socket accepted = server.accept()) {
                assertThat(accepted.getReceiveBufferSize()).isEqualTo(10_000);
                assertTalks(client, accepted);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPortCanBeSharedIfBothWantTo(ServerSocketKind kind) throws Exception {
        try (ServerSocket first = kind.unbound();
                ServerSocket second = kind.unbound();
                ServerSocket third = kind.unbound()) {
            first.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            second.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            first.bind(new InetSocketAddress(LOOPBACK, 0));
            second.bind(first.getLocalSocketAddress());
            assertThat(second.getLocalPort()).isEqualTo(first.getLocalPort());
            assertThatExceptionOfType(java.net.BindException.class)
                    .isThrownBy(() -> third.bind(first.getLocalSocketAddress()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void itIsUsableAfterABindThatFailed(ServerSocketKind kind) throws Exception {
        try (ServerSocket occupant = new ServerSocket(0, 1, LOOPBACK);
                ServerSocket server = kind.unbound()) {
            for (int i = 0; i < 3; i++) {
                assertThatExceptionOfType(java.net.BindException.class)
                        .isThrownBy(() -> server.bind(occupant.getLocalSocketAddress()));
            }
            server.bind(new InetSocketAddress(LOOPBACK, 0));
            try (Client client = Peers.connect(server.getLocalPort());
                    Socket accepted = server.accept()) {
                assertTalks(client, accepted);
            }
        }
    }

    /** The constructors of ServerSocket call the overridable bind, and so do its subclasses' users. */
    private static final class Observed extends ResilientServerSocket {
        private static final ThreadLocal<List<String>> CALLS = ThreadLocal.withInitial(ArrayList::new);

        Observed(int port, int backlog, InetAddress address) throws IOException {
            super(port, backlog, address);
        }

        Observed(Builder builder) throws IOException {
            super(builder);
        }

        @Override
        public void bind(SocketAddress endpoint, int backlog) throws IOException {
            CALLS.get().add("bind");
            super.bind(endpoint, backlog);
        }

        @Override
        public Socket accept() throws IOException {
            CALLS.get().add("accept");
            return super.accept();
        }

        @Override
        public void close() throws IOException {
            CALLS.get().add("close");
            super.close();
        }
    }

    @Test
    void aSubclassMayOverrideBindAndAccept() throws Exception {
        Observed.CALLS.get().clear();
        try (Observed server = new Observed(0, 5, LOOPBACK);
                Client client = Peers.connect(server.getLocalPort());
                Socket accepted = server.accept()) {
            assertTalks(client, accepted);
        }
        assertThat(Observed.CALLS.get()).containsExactly("bind", "accept", "close");
    }

    @Test
    void aSubclassMayHaveSettingsOfItsOwn() throws Exception {
        try (Observed server =
                new Observed(ResilientServerSocket.builder().greeting(Greeting.of("hello\n", US_ASCII)))) {
            assertThat(server.isBound()).isFalse();
            server.bind(new InetSocketAddress(LOOPBACK, 0));
            try (Client client = Peers.connect(server.getLocalPort())) {
                assertThat(client.hear(6)).isEqualTo("hello\n");
                client.say("ping");
                try (Socket accepted = server.accept()) {
                    assertThat(accepted.getInputStream().readNBytes(4))
                            .asString()
                            .isEqualTo("ping");
                }
            }
        }
    }

    @Test
    void aConstructorThatFailsToBindLeavesNothingOpen() throws Exception {
        try (ServerSocket occupant = new ServerSocket(0, 1, LOOPBACK)) {
            int before = io.acceptor.it.Descriptors.open();
            for (int i = 0; i < 5; i++) {
                assertThatExceptionOfType(java.net.BindException.class)
                        .isThrownBy(() -> new ResilientServerSocket(occupant.getLocalPort(), 5, LOOPBACK));
            }
            await().untilAsserted(
                            () -> assertThat(io.acceptor.it.Descriptors.open()).isLessThanOrEqualTo(before));
        }
    }

    @Test
    void itsThreadEndsWithTheLastSocketItHandedOut() throws Exception {
        ResilientServerSocket server =
                ResilientServerSocket.builder().name("ending").bind(new InetSocketAddress(LOOPBACK, 0));
        try (Client client = Peers.connect(server.getLocalPort());
                Socket accepted = server.accept()) {
            server.close();
            assertTalks(client, accepted);
            assertThat(loopRuns("ending")).isTrue();
        } finally {
            server.close();
        }
        await().until(() -> !loopRuns("ending"));
    }

    private static boolean loopRuns(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("acceptor-" + name));
    }

    @Test
    void theBooksAreThereAfterCloseAndNotBeforeBind() throws Exception {
        ResilientServerSocket server = new ResilientServerSocket();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(server::stats);
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(server::health);
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(server::queue);
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(server::metrics);
        server.bind(new InetSocketAddress(LOOPBACK, 0));
        assertThat(server.health().ready()).isTrue();
        try (Client client = Peers.connect(server.getLocalPort());
                Socket accepted = server.accept()) {
            assertTalks(client, accepted);
            server.close();
            assertThat(server.health().live())
                    .as("closed, though a socket of it lives on")
                    .isFalse();
            assertThat(server.stats().active()).isEqualTo(1);
        }
        await().untilAsserted(() -> {
            assertThat(server.stats().active()).isZero();
            assertThat(server.stats().outcomes()).containsEntry(Outcome.COMPLETED, 1L);
            assertThat(server.health().live()).isFalse();
        });
    }
}
