package io.acceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.acceptor.it.Peers;
import io.acceptor.it.Peers.Client;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which people end an accept loop; on a plain ServerSocket too. */
@Timeout(60)
class ResilientServerSocketInterruptTest {

    /** How one call of accept() ended: what was thrown, and whether the thread was interrupted then. */
    private record End(Throwable thrown, boolean interrupted) {}

    private static CompletableFuture<End> end(ServerSocket server, ThreadKind threads, boolean interruptedBefore) {
        CompletableFuture<End> end = new CompletableFuture<>();
        Thread thread = threads.start(() -> {
            if (interruptedBefore) {
                Thread.currentThread().interrupt();
            }
            try {
                server.accept().close();
                end.cancel(false);
            } catch (Throwable t) {
                end.complete(new End(t, Thread.currentThread().isInterrupted()));
            }
        });
        if (!interruptedBefore) {
            awaitInAccept(thread);
            thread.interrupt();
        }
        return end;
    }

    private static void awaitInAccept(Thread thread) {
        await().pollInterval(Duration.ofMillis(2)).until(() -> isIn(thread, "accept") && isIn(thread, "park"));
    }

    private static boolean isIn(Thread thread, String method) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().startsWith(method));
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptDuringAcceptIsKeptForLater(ServerSocketKind kind) throws Exception {
        try (ServerSocket server = kind.bound()) {
            CompletableFuture<Boolean> flag = new CompletableFuture<>();
            Thread waiter = ThreadKind.PLATFORM.start(() -> {
                try (Socket socket = server.accept()) {
                    flag.complete(Thread.currentThread().isInterrupted() && socket.isConnected());
                } catch (IOException e) {
                    flag.completeExceptionally(e);
                }
            });
            await().until(() -> isIn(waiter, "accept"));
            waiter.interrupt();
            assertThat(flag).isNotDone();
            try (Client client = Peers.connect(server.getLocalPort())) {
                assertThat(flag.get(20, TimeUnit.SECONDS)).isTrue();
                assertThat(client.hearAll()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptedThreadMayAccept(ServerSocketKind kind) throws Exception {
        try (ServerSocket server = kind.bound();
                Client client = Peers.connect(server.getLocalPort())) {
            Thread.currentThread().interrupt();
            try {
                server.accept().close();
                assertThat(client.hearAll()).isEmpty();
                server.setSoTimeout(20);
                assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(server::accept);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void interruptsDoNotProlongTheTimeout(ServerSocketKind kind) throws Exception {
        try (ServerSocket server = kind.bound()) {
            server.setSoTimeout(200);
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread waiter = ThreadKind.PLATFORM.start(() -> {
                try {
                    server.accept().close();
                } catch (IOException e) {
                    thrown.complete(e);
                }
            });
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        waiter.interrupt();
                        return thrown.isDone();
                    });
            assertThat(thrown.join()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    /** accept() calls it again after each connection that proved dead. */
    @Test
    void oneDeadlineHoldsForAllWaitsOfACall() {
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> new ReadyQueue(1, "test")
                        .take(System.nanoTime() - TimeUnit.SECONDS.toNanos(70), TimeUnit.SECONDS.toNanos(70)));
    }

    @ParameterizedTest
    @EnumSource
    void aPortIsFreeRightAfterCloseByAnInterruptedThread(ServerSocketKind kind) throws Exception {
        ServerSocket server = kind.bound();
        InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
        for (int i = 0; i < 50; i++) {
            Thread.currentThread().interrupt();
            try {
                server.close();
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            server = kind.bound(address);
        }
        server.close();
    }

    @Tag("virtual-threads")
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptedVirtualThreadClosesAPlainOne(boolean before) throws Exception {
        assertAnInterruptClosesIt(ServerSocketKind.PLAIN, before);
    }

    @Tag("virtual-threads")
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterruptedVirtualThreadClosesTheDropIn(boolean before) throws Exception {
        assertAnInterruptClosesIt(ServerSocketKind.RESILIENT, before);
    }

    private static void assertAnInterruptClosesIt(ServerSocketKind kind, boolean before) throws Exception {
        for (int timeout : new int[] {0, 60_000}) {
            ServerSocket server = kind.bound();
            server.setSoTimeout(timeout);
            End end = end(server, ThreadKind.VIRTUAL, before).get(10, TimeUnit.SECONDS);
            assertThat(end.thrown()).isExactlyInstanceOf(SocketException.class).hasMessage("Closed by interrupt");
            assertThat(end.interrupted()).isTrue();
            assertThat(server.isClosed()).isTrue();
            kind.bound((InetSocketAddress) server.getLocalSocketAddress()).close();
        }
    }

    @Tag("thread-stop")
    @Test
    @SuppressWarnings({"deprecation", "removal"}) // it is what is tested
    void aStoppedThreadLeavesTheSocketToOthers() throws Exception {
        try (ServerSocket server = ServerSocketKind.RESILIENT.bound()) {
            for (int i = 0; i < 3; i++) {
                CompletableFuture<Throwable> thrown = new CompletableFuture<>();
                Thread stopped = ThreadKind.PLATFORM.start(() -> {
                    try {
                        server.accept().close();
                    } catch (Throwable t) {
                        thrown.complete(t);
                    }
                });
                awaitInAccept(stopped);
                stopped.stop();
                assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(ThreadDeath.class);
                try (Client client = Peers.connect(server.getLocalPort());
                        Socket accepted = server.accept()) {
                    assertThat(accepted.getPort()).isEqualTo(client.socket().getLocalPort());
                }
            }
        }
    }
}
