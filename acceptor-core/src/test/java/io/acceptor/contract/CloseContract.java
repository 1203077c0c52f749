package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Greeting;
import io.acceptor.Outcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** close(): at once, from wherever, and nothing is left. What is left is looked for after each test of the suite. */
public abstract class CloseContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";

    private RunningServer echoServer() throws IOException {
        return start(ServerSpec.doing(Behaviours.echo()).greeting(GREETING));
    }

    @Test
    void everyPhaseIsCut() throws IOException {
        byte[] greeting = new byte[8 * 1024 * 1024];
        Arrays.fill(greeting, (byte) 'g');
        CountDownLatch release = latch();
        AtomicBoolean busy = new AtomicBoolean();
        AtomicBoolean large = new AtomicBoolean();
        ExecutorService one = shutDownAtEnd(Executors.newSingleThreadExecutor());
        RunningServer server = start(ServerSpec.doing(talk -> {
                    busy.set(true);
                    Behaviours.await(release);
                })
                .executor(one)
                .with(builder -> builder.greeting(Greeting.perConnection(
                        peer -> ByteBuffer.wrap(greeting, 0, large.get() ? greeting.length : 1)))));
        Client silent = small(server);
        Client served = small(server).send("x");
        soon().until(busy::get);
        Client waiting = small(server).send("x"); // for a handler, where that is possible
        long pending = engine().hasExecutor() ? 1 : 0;
        soon().until(() -> server.stats().pending() == pending);
        large.set(true);
        Client stuck = connectWithSmallBuffer(server);
        stuck.readAsMuchAs("g");

        server.close();
        soon().until(() -> server.stats().active() == 0);
        assertThat(ends(server)).isEqualTo(Map.of(Outcome.CUT, 4L));
        assertThat(server.stats().pending()).isZero();
        for (Client client : List.of(silent, served, waiting)) {
            assertThat(client.readToEnd().bytes().length).isLessThan(2);
        }
        assertThat(stuck.readToEnd().bytes().length).isLessThan(greeting.length - 1);
        assertPortIsFree(server.address());
    }

    private Client small(RunningServer server) throws IOException {
        Client client = connect(server);
        client.readAsMuchAs("g");
        return client;
    }

    @Test
    void whatCanBeAskedCanBeAskedAfterwards() throws IOException {
        RunningServer server = echoServer();
        InetSocketAddress address = server.address();
        Client client = connect(server);
        client.readAsMuchAs(GREETING);
        server.close();
        assertThat(server.address()).isEqualTo(address);
        assertThat(server.health().live()).isFalse();
        assertThat(server.health().ready()).isFalse();
        assertThat(server.health().reasons()).isNotEmpty();
        assertThat(server.stats().accepted()).isEqualTo(1);
        assertThat(server.queue().reading()).isNotNull();
    }

    @Test
    void cutWinsOverWhatTheHandlerMakesOfIt() throws IOException {
        RunningServer server = start(ServerSpec.doing(talk -> {
            try {
                talk.output().write('!');
                while (talk.input().read() >= 0) {
                    Thread.onSpinWait();
                }
            } catch (IOException e) {
                throw new IllegalStateException("a handler's answer to being cut", e);
            }
        }));
        connect(server).readAsMuchAs("!");
        connect(server).readAsMuchAs("!");
        server.close();
        soon().until(() -> server.stats().active() == 0);
        assertThat(ends(server)).isEqualTo(Map.of(Outcome.CUT, 2L));
    }

    @Test
    void theUsersExecutorIsLeftAlone() throws Exception {
        ExecutorService users = shutDownAtEnd(Executors.newSingleThreadExecutor());
        RunningServer server = start(ServerSpec.doing(Behaviours.echo()).executor(users));
        assertThat(connect(server).ask("x", "x")).isEqualTo("x");
        server.close();
        assertThat(users.isShutdown()).isFalse();
        assertThat(users.submit(() -> "free").get(Client.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                .isEqualTo("free");
    }

    @Test
    void aLoopThatUserCodeHoldsIsNotWaitedForForEver() throws IOException {
        HeldLoops loops = heldLoops(); // an interrupt ends its wait, nothing else here does
        RunningServer server =
                start(ServerSpec.doing(Behaviours.echo()).with(builder -> builder.greeting(loops.greeting(GREETING))));
        holdEveryLoop(server, loops);
        for (int i = 0; i < 10; i++) {
            connect(server); // would each hold the loop again
        }
        server.close();
        soon().untilAsserted(() -> assertPortIsFree(server.address()));
    }

    @Test
    void serversComeAndGoWithoutATrace() throws IOException {
        comeAndGo(); // what is opened once and kept is open now
        Resources before = Resources.now();
        soon().until(() ->
                Resources.now().threadsSince(new Resources(Set.of(), Set.of())).isEmpty());
        Set<String> open = Resources.everythingOpen();
        for (int i = 0; i < 10; i++) {
            comeAndGo();
        }
        soon().untilAsserted(() -> {
            assertThat(Resources.now().threadsSince(before)).isEmpty();
            assertThat(Resources.everythingOpen()).hasSizeLessThanOrEqualTo(open.size());
        });
    }

    private void comeAndGo() throws IOException {
        RunningServer server = echoServer();
        Client client = connect(server);
        assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        server.close();
        client.close();
    }
}
