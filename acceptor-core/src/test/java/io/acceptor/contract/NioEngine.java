package io.acceptor.contract;

import io.acceptor.Acceptor;
import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.Connection;
import io.acceptor.DrainReport;
import io.acceptor.queue.AcceptQueue;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The engine of acceptor-core.
 *
 * @param acceptors how many loops accept
 */
record NioEngine(int acceptors) implements EngineUnderTest {

    @Override
    public RunningServer start(ServerSpec spec) throws IOException {
        Acceptor.Builder builder = Acceptor.builder().acceptors(acceptors);
        spec.applyTo(builder);
        spec.executor().ifPresent(builder::executor);
        spec.handoffTimeout().ifPresent(builder::handoffTimeout);
        spec.maxPending().ifPresent(builder::maxPending);
        builder.handler(connection -> spec.behaviour().serve(new NioTalk(connection)));
        return new NioRunningServer(builder.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    }

    /** What its handler has got, all of it. */
    static Connection connectionOf(Talk talk) {
        return ((NioTalk) talk).connection();
    }

    private record NioRunningServer(Acceptor acceptor) implements RunningServer {
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
        public AcceptQueue queue() {
            return acceptor.queue();
        }

        @Override
        public MeterBinder metrics() {
            return acceptor.metrics();
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

    private record NioTalk(Connection connection) implements Talk {
        @Override
        public long id() {
            return connection.id();
        }

        @Override
        public ByteBuffer greeting() {
            return connection.greeting();
        }

        @Override
        public InputStream input() {
            return connection.input();
        }

        @Override
        public OutputStream output() {
            return connection.output();
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
