package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.acceptor.AcceptorBuilder;
import io.acceptor.Greeting;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Somebody interrupts the loop: it is nobody's business, and harms nothing. */
public abstract class InterruptContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";

    private final Set<Thread> loops = ConcurrentHashMap.newKeySet();

    private RunningServer serverThatShowsItsLoops() throws IOException {
        return serverThatShowsItsLoops(builder -> {});
    }

    private RunningServer serverThatShowsItsLoops(Consumer<AcceptorBuilder<?>> setting) throws IOException {
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .with(setting)
                .with(builder -> builder.awaitFirstByte(Duration.ofMillis(500))
                        .greeting(Greeting.perConnection(peer -> {
                            loops.add(Thread.currentThread());
                            return ByteBuffer.wrap(GREETING.getBytes(US_ASCII));
                        }))));
        soon().until(() -> {
            connect(server).readAsMuchAs(GREETING);
            return loops.size() == engine().acceptors();
        });
        return server;
    }

    @Test
    void anInterruptedLoopServesOn() throws IOException {
        RunningServer server = serverThatShowsItsLoops();
        for (int i = 0; i < 20; i++) {
            loops.forEach(Thread::interrupt);
            Client client = connect(server);
            assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
            loops.forEach(Thread::interrupt);
            assertThat(client.ask("x", "x")).isEqualTo("x");
            client.finish().readToEnd();
        }
        assertThat(server.health().live()).isTrue();
    }

    /** Resilience4j's permits are refused to an interrupted thread. */
    @Test
    void anInterruptedLoopRefusesNobody() throws IOException {
        RunningServer server = serverThatShowsItsLoops(builder -> builder.maxConnections(1_000));
        for (int i = 0; i < 50; i++) {
            loops.forEach(Thread::interrupt);
            Client client = connect(server);
            assertThat(client.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        }
        assertThat(server.stats().rejections().get(RejectReason.MAX_CONNECTIONS))
                .isZero();
    }

    @Test
    void anInterruptedLoopDoesNotSpin() throws IOException {
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        assumeThat(clock.isThreadCpuTimeSupported()).isTrue();
        RunningServer server = serverThatShowsItsLoops();
        soon().until(() -> server.stats().active() == 0); // the clients that showed them have been silent for too long

        for (Thread loop : loops) {
            loop.interrupt();
            long startCpu = clock.getThreadCpuTime(loop.getId());
            long start = System.nanoTime();
            connect(server).readToEnd(); // stays silent, and so ends half a second later
            long cpu = clock.getThreadCpuTime(loop.getId()) - startCpu;
            // One that waits for its clients takes next to nothing; one that spins takes all it can get.
            assertThat(cpu).as("CPU time in ns").isLessThan((System.nanoTime() - start) / 20);
        }
    }
}
