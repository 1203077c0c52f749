package io.acceptor.netty;

import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.DrainReport;
import io.acceptor.contract.EngineUnderTest;
import io.acceptor.contract.RunningServer;
import io.acceptor.contract.ServerSpec;
import io.acceptor.queue.AcceptQueue;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A plain {@link ServerBootstrap} with a boss loop, two worker loops and a boss handler of the user's, guarded; with workers
 * behind its pipeline for the suite's behaviours, which block.
 *
 * @param transport what it runs on
 */
record GuardEngine(NettyTransport transport) implements EngineUnderTest {

    @Override
    public RunningServer start(ServerSpec spec) throws IOException {
        List<Thread> threads = new CopyOnWriteArrayList<>();
        EventLoopGroup boss = loops(1, threads);
        EventLoopGroup workers = loops(2, threads);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(boss, workers)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, 1024)
                .handler(new CountingBossHandler())
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(WorkerBridge.initializer(spec.behaviour()));
        AcceptGuard.Builder builder = AcceptGuard.builder();
        spec.applyTo(builder);
        AcceptGuard guard = builder.install(bootstrap);
        Channel server = bootstrap
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        return new Running(
                guard,
                (InetSocketAddress) server.localAddress(),
                guard.queues().get(0),
                threads,
                List.of(boss, workers));
    }

    private EventLoopGroup loops(int count, List<Thread> threads) {
        ThreadFactory factory = new DefaultThreadFactory("acceptor-hammer", true);
        ThreadFactory remembering = task -> {
            Thread thread = factory.newThread(task);
            threads.add(thread);
            return thread;
        };
        return loops(transport, count, remembering);
    }

    /** Event loops that Netty 4.1 has too. No conditional expression: its type would be a class that is of 4.2 only. */
    @SuppressWarnings("deprecation") // since 4.2, where they are MultiThreadIoEventLoopGroups
    static EventLoopGroup loops(NettyTransport transport, int count, ThreadFactory factory) {
        if (transport == NettyTransport.EPOLL) {
            return new EpollEventLoopGroup(count, factory);
        }
        return new NioEventLoopGroup(count, factory);
    }

    @Override
    public int acceptors() {
        return 1;
    }

    @Override
    public boolean hasExecutor() {
        return false;
    }

    private record Running(
            AcceptGuard guard,
            InetSocketAddress address,
            AcceptQueue queue,
            List<Thread> threads,
            List<EventLoopGroup> groups)
            implements RunningServer {

        @Override
        public AcceptorStats stats() {
            return guard.stats();
        }

        @Override
        public AcceptorHealth health() {
            return guard.health();
        }

        @Override
        public MeterBinder metrics() {
            return guard.metrics();
        }

        @Override
        public void awaitLimitNoticed() {
            Awaitility.await().pollInterval(Duration.ofMillis(1)).until(guard::isPaused);
        }

        @Override
        public CompletionStage<DrainReport> drain(Duration lameDuck, Duration grace) {
            return guard.drain(lameDuck, grace).whenComplete((report, failure) -> shutDown());
        }

        @Override
        public void close() {
            guard.close();
            shutDown();
        }

        /** The loops are the test's own, and so is what becomes of one that user code holds up. */
        private void shutDown() {
            for (EventLoopGroup group : groups) {
                group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
            }
            threads.forEach(Thread::interrupt);
        }
    }
}
