package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.queue.FakeKernel.FakeSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of many listeners the count of arrivals is asked first, of few it would cost more than the listeners themselves. */
class DiagSamplingTest {
    private static final int PORT = 4000;
    private static final int FEW = 4;
    private static final int MANY = 5;

    @TempDir
    private Path root;

    private final FakeKernel kernel = new FakeKernel();
    private FakeProc proc;
    private QueueSource source;

    @BeforeEach
    void countArrivals() {
        proc = new FakeProc(root).arrivals(100).tcp().tcp6();
        source = new QueueSource(
                proc.sources(kernel.source()), new Inspector(proc.sources(null), proc.clock::get), proc.clock::get);
    }

    private List<AcceptQueue> idle(int count) {
        for (int i = 0; i < count; i++) {
            depth(i, 0);
        }
        List<AcceptQueue> queues = IntStream.range(0, count)
                .mapToObj(i -> new AcceptQueue(source, FakeProc.address("::1", PORT + i), 50, 1, proc.clock::get))
                .toList();
        sample(queues);
        sample(queues);
        kernel.sends = 0;
        return queues;
    }

    private void depth(int listener, long depth) {
        kernel.sockets.removeIf(each -> each.local().port() == PORT + listener);
        kernel.sockets.add(FakeSocket.listener(true, "::1", PORT + listener, depth, 50, listener + 1));
    }

    private void sample(List<AcceptQueue> queues) {
        proc.clock.incrementAndGet();
        AcceptQueue.sample(queues);
    }

    @Test
    void theKernelIsNotAskedForManyListenersWhileNothingArrives() {
        List<AcceptQueue> queues = idle(MANY);
        sample(queues);
        assertThat(kernel.sends).isZero();
    }

    @Test
    void anArrivalAmongManyListenersIsSeenAtOnce() {
        List<AcceptQueue> queues = idle(MANY);
        proc.arrivals(101);
        depth(3, 1);
        sample(queues);
        assertThat(queues).extracting(each -> each.last().depth()).containsExactly(0.0, 0.0, 0.0, 1.0, 0.0);
    }

    @Test
    void fewListenersAreAlwaysAskedFor() {
        List<AcceptQueue> queues = idle(FEW);
        depth(0, 1); // and no arrival counted
        sample(queues);
        assertThat(queues.get(0).last().depth()).isEqualTo(1);
    }
}
