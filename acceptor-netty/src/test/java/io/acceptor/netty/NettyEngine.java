package io.acceptor.netty;

import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.DrainReport;
import io.acceptor.contract.EngineUnderTest;
import io.acceptor.contract.RunningServer;
import io.acceptor.contract.ServerSpec;
import io.acceptor.queue.AcceptQueue;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.channel.ChannelOption;
import io.netty.channel.uring.IoUring;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;

/**
 * A {@link NettyAcceptor}, with workers behind its pipeline for the suite's behaviours, which block.
 *
 * @param transport what it runs on
 * @param acceptors how many event loops accept and serve
 */
record NettyEngine(NettyTransport transport, int acceptors) implements EngineUnderTest {

    @Override
    public RunningServer start(ServerSpec spec) throws IOException {
        NettyAcceptor.Builder builder =
                NettyAcceptor.builder().transport(transport).acceptors(acceptors);
        spec.applyTo(builder);
        NettyAcceptor acceptor = builder.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(WorkerBridge.initializer(spec.behaviour()))
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new Running(acceptor, acceptor.queues().get(0));
    }

    @Override
    public boolean hasExecutor() {
        return false;
    }

    @Override
    public boolean acceptsOneByOne() {
        return !isMultishot();
    }

    @Override
    public boolean knowsWhoWasReset() {
        return !isMultishot();
    }

    /** One request to the kernel for many connections: they come as they come, and without addresses. */
    private boolean isMultishot() {
        return transport == NettyTransport.IO_URING && IoUring.isAcceptMultishotEnabled();
    }

    private record Running(NettyAcceptor acceptor, AcceptQueue queue) implements RunningServer {
        @Override
        public InetSocketAddress address() {
            return acceptor.localAddress();
        }

        @Override
        public AcceptorStats stats() {
            return acceptor.stats();
        }

        @Override
        public AcceptorHealth health() {
            return acceptor.health();
        }

        @Override
        public MeterBinder metrics() {
            return acceptor.metrics();
        }

        @Override
        public void awaitLimitNoticed() {
            Awaitility.await().pollInterval(Duration.ofMillis(1)).until(acceptor::isPaused);
        }

        @Override
        public CompletionStage<DrainReport> drain(Duration lameDuck, Duration grace) {
            return acceptor.drain(lameDuck, grace);
        }

        @Override
        public void close() {
            acceptor.close();
        }
    }
}
