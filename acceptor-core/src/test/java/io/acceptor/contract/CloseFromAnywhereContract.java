package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.AcceptorStats;
import io.acceptor.Admission;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** close() may be called by anybody, at any time, as often as they like. */
public abstract class CloseFromAnywhereContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";

    private RunningServer echoServer() throws IOException {
        return start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING));
    }

    @Test
    void aSecondCloseDoesNothing() throws IOException {
        RunningServer server = echoServer();
        connect(server).readAsMuchAs(GREETING);
        server.close();
        AcceptorStats after = server.stats();
        server.close();
        server.close();
        assertThat(server.stats()).isEqualTo(after);
        assertPortIsFree(server.address());
    }

    @Test
    void manyMayCloseAtOnce() throws IOException {
        RunningServer server = echoServer();
        for (int i = 0; i < 5; i++) {
            connect(server).readAsMuchAs(GREETING);
        }
        CountDownLatch go = new CountDownLatch(1);
        ExecutorService threads = shutDownAtEnd(Executors.newFixedThreadPool(8));
        List<CompletableFuture<Void>> closers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            closers.add(CompletableFuture.runAsync(
                    () -> {
                        try {
                            go.await();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                        server.close();
                    },
                    threads));
        }
        go.countDown();
        CompletableFuture.allOf(closers.toArray(CompletableFuture[]::new))
                .orTimeout(Client.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .join();
        assertPortIsFree(server.address());
        assertThat(count(server.stats(), Outcome.CUT)).isEqualTo(5);
    }

    @Test
    void aSecondOneToCloseWaitsForThePortAsTheFirstOneDoes() throws IOException {
        HeldLoops loops = heldLoops();
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).with(builder -> builder.greeting(loops.greeting(GREETING))));
        holdEveryLoop(server, loops);
        ExecutorService threads = shutDownAtEnd(Executors.newCachedThreadPool());
        CompletableFuture<Void> first = CompletableFuture.runAsync(server::close, threads);
        soon().until(() -> !server.health().live());
        CompletableFuture<Void> second = CompletableFuture.runAsync(server::close, threads);
        soon().pollDelay(Duration.ofMillis(100)).until(() -> true);
        assertThat(second).isNotDone();
        loops.release();
        second.orTimeout(Client.PATIENCE_MILLIS, TimeUnit.MILLISECONDS).join();
        assertPortIsFree(server.address());
        first.join();
    }

    /** Where user code runs that may want to close the server. */
    static Stream<Arguments> places() {
        Function<Runnable, ServerSpec> handler = close -> ServerSpec.doing(talk -> close.run());
        Function<Runnable, ServerSpec> supplier = close -> ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.greeting(Greeting.perConnection(peer -> {
                    close.run();
                    return ByteBuffer.allocate(1);
                })));
        Function<Runnable, ServerSpec> policy = close -> ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.admission(peer -> {
                    close.run();
                    return Admission.admit();
                }));
        Function<Runnable, ServerSpec> listener =
                close -> ServerSpec.doing(Behaviours.nothing()).listener(new RecordingListener() {
                    @Override
                    public void onEnded(long id, Peer peer, Outcome outcome, RejectReason reason, Duration lasted) {
                        close.run();
                    }
                });
        return Stream.of(
                Arguments.of("handler", handler),
                Arguments.of("greeting supplier", supplier),
                Arguments.of("admission policy", policy),
                Arguments.of("listener", listener));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void userCodeOfAnyKindMayClose(String place, Function<Runnable, ServerSpec> spec) throws IOException {
        assertMayClose(spec);
    }

    /** An executor's shutdownNow(), and close() in finally, is how people end their servers. */
    @Test
    void thePortIsFreeWhenAnInterruptedThreadHasClosed() throws IOException {
        for (int i = 0; i < 10; i++) {
            RunningServer server = echoServer();
            connect(server).readAsMuchAs(GREETING);
            Thread.currentThread().interrupt();
            server.close();
            assertThat(Thread.interrupted()).isTrue();
            assertPortIsFree(server.address());
            assertThat(count(server.stats(), Outcome.CUT)).isPositive();
        }
    }
}
