package io.acceptor.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.Acceptor;
import io.acceptor.AcceptorListener;
import io.acceptor.Admission;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.acceptor.ResilientServerSocket;
import io.acceptor.it.Peers.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads of the library that somebody has interrupted: they go on, and do not spin. */
@Timeout(60)
class LoopThreadIT {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration IDLE = Duration.ofMillis(300);
    /** An idle thread needs next to nothing of these 300 ms; a spinning one all it can get. */
    private static final Duration AT_MOST = Duration.ofMillis(60);

    private static Acceptor.Builder echo(String name) {
        return Acceptor.builder()
                .name(name)
                .greeting(Greeting.of("hello\n", US_ASCII))
                .handler(connection -> connection.input().transferTo(connection.output()));
    }

    private static void assertServes(Acceptor acceptor) throws IOException {
        try (Client client = Peers.connect(acceptor.localAddress().getPort())) {
            assertThat(client.hear(6)).isEqualTo("hello\n");
            assertThat(client.say("ping").hear(4)).isEqualTo("ping");
        }
    }

    private static Thread thread(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .findAny()
                .orElseThrow(() -> new AssertionError("no thread is called " + name));
    }

    private static void assertIdles(Thread thread) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getThreadCpuTime(thread.getId());
        await().pollDelay(IDLE).until(() -> true);
        long used = threads.getThreadCpuTime(thread.getId()) - before;
        assertThat(thread.isAlive()).as("%s is alive", thread).isTrue();
        assertThat(Duration.ofNanos(used)).as("processor time of %s", thread).isLessThan(AT_MOST);
    }

    @Test
    void anInterruptedLoopGoesOnAndDoesNotSpin() throws Exception {
        try (Acceptor acceptor = echo("interrupted").start(ANY_PORT)) {
            assertServes(acceptor);
            Thread loop = thread("acceptor-interrupted");
            for (int i = 0; i < 3; i++) {
                loop.interrupt();
                assertIdles(loop);
                assertServes(acceptor);
            }
            assertThat(acceptor.health().ready()).isTrue();
        }
    }

    @Test
    void anInterruptInTheMiddleOfWorkLosesNobody() throws Exception {
        try (Acceptor acceptor = echo("bombarded").start(ANY_PORT)) {
            Thread loop = thread("acceptor-bombarded");
            Thread bomber = new Thread(
                    () -> {
                        while (!Thread.currentThread().isInterrupted()) {
                            loop.interrupt();
                        }
                    },
                    "bomber");
            bomber.start();
            try {
                for (int i = 0; i < 200; i++) {
                    assertServes(acceptor);
                }
            } finally {
                bomber.interrupt();
                bomber.join();
            }
            await().untilAsserted(() -> assertThat(acceptor.stats().outcomes()).containsEntry(Outcome.COMPLETED, 200L));
            assertIdles(loop);
        }
    }

    @Test
    void aLimitThatLeavesClientsInTheBacklogDoesNotMakeTheLoopSpin() throws Exception {
        try (Acceptor acceptor = echo("full")
                .maxConnections(1)
                .refusal(RejectReason.MAX_CONNECTIONS, Refusal.leaveInBacklog())
                .start(ANY_PORT)) {
            int port = acceptor.localAddress().getPort();
            try (Client first = Peers.connect(port);
                    Client second = Peers.connect(port)) {
                assertThat(first.hear(6)).isEqualTo("hello\n");
                assertIdles(thread("acceptor-full"));
                first.reset();
                assertThat(second.hear(6)).isEqualTo("hello\n");
            }
        }
    }

    @Test
    void anInterruptLeftBehindByUserCodeDoesNotMakeTheLoopSpin() throws Exception {
        try (Acceptor acceptor = Acceptor.builder()
                .name("users")
                .admission(peer -> {
                    Thread.currentThread().interrupt();
                    return Admission.admit();
                })
                .greeting(Greeting.perConnection(peer -> {
                    Thread.currentThread().interrupt();
                    return ByteBuffer.wrap("hello\n".getBytes(US_ASCII));
                }))
                .executor(task -> {
                    Thread worker = new Thread(task);
                    worker.setDaemon(true);
                    worker.start();
                    Thread.currentThread().interrupt();
                })
                .handler(connection -> connection.input().transferTo(connection.output()))
                .start(ANY_PORT)) {
            for (int i = 0; i < 20; i++) {
                assertServes(acceptor);
            }
            assertIdles(thread("acceptor-users"));
        }
    }

    @Test
    void anInterruptLeftBehindByUserCodeIsNotSeenByTheNext() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        Runnable interrupted = () -> {
            if (Thread.currentThread().isInterrupted()) {
                seen.incrementAndGet();
            }
            Thread.currentThread().interrupt();
        };
        try (Acceptor acceptor = echo("several")
                .admission(peer -> {
                    interrupted.run();
                    return Admission.admit();
                })
                .greeting(Greeting.perConnection(peer -> {
                    interrupted.run();
                    return ByteBuffer.wrap("hello\n".getBytes(US_ASCII));
                }))
                .start(ANY_PORT)) {
            for (int i = 0; i < 20; i++) {
                assertServes(acceptor);
            }
            assertThat(seen).hasValue(0);
        }
    }

    @Test
    void whoSpeaksIsNotKeptWaitingByThoseWhoKeepComing() throws Exception {
        int many = 1000;
        AtomicBoolean flood = new AtomicBoolean();
        AtomicInteger came = new AtomicInteger();
        ExecutorService workers = Executors.newCachedThreadPool();
        try (Acceptor acceptor = echo("flooded")
                .greeting(Greeting.perConnection(peer -> {
                    if (flood.get() && came.incrementAndGet() < many) {
                        probeOnceMore(peer); // the queue is never empty when the loop looks
                    }
                    return ByteBuffer.wrap("hello\n".getBytes(US_ASCII));
                }))
                .executor(task -> {
                    flood.set(false);
                    workers.execute(task);
                })
                .start(ANY_PORT)) {
            int port = acceptor.localAddress().getPort();
            try (Client client = Peers.connect(port)) {
                assertThat(client.hear(6)).isEqualTo("hello\n");
                flood.set(true);
                client.say("ping");
                Peers.probe(port);
                assertThat(client.hear(4)).isEqualTo("ping");
            }
            assertThat(came.get())
                    .as("accepted before the one that spoke was handed over")
                    .isLessThan(many);
        } finally {
            workers.shutdownNow();
        }
    }

    private static void probeOnceMore(Peer peer) {
        try {
            Peers.probe(peer.localAddress().getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anInterruptLeftBehindByAListenerDoesNotMakeItsThreadSpin() throws Exception {
        try (Acceptor acceptor = echo("heard")
                .listener(new AcceptorListener() {
                    @Override
                    public void onEnded(long id, Peer peer, Outcome outcome, RejectReason reason, Duration lasted) {
                        Thread.currentThread().interrupt();
                    }
                })
                .start(ANY_PORT)) {
            assertServes(acceptor);
            Thread events = thread("acceptor-events-heard");
            assertIdles(events);
            events.interrupt();
            assertIdles(events);
        }
    }

    @Test
    void anInterruptedHousekeeperGoesOnAndDoesNotSpin() throws Exception {
        try (Acceptor acceptor = echo("kept").start(ANY_PORT)) {
            Thread housekeeper = thread("acceptor-housekeeper");
            housekeeper.interrupt();
            assertIdles(housekeeper);
            assertServes(acceptor);
        }
    }

    @Test
    void theLoopBehindAServerSocketMayBeInterruptedToo() throws Exception {
        try (ResilientServerSocket server =
                ResilientServerSocket.builder().name("drop-in").bind(ANY_PORT)) {
            Thread loop = thread("acceptor-drop-in");
            loop.interrupt();
            assertIdles(loop);
            try (Client client = Peers.connect(server.getLocalPort());
                    java.net.Socket accepted = server.accept()) {
                client.say("ping");
                assertThat(accepted.getInputStream().readNBytes(4)).asString().isEqualTo("ping");
            }
        }
    }
}
