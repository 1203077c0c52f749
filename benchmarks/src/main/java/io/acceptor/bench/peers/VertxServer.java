package io.acceptor.bench.peers;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * {@code vertx}: Vert.x 5 NetServer as its manual advises. The native transport where there is one, one verticle instance
 * for each event loop (two a processor, or {@code --workers}) sharing the port, TCP_NODELAY and keep-alive on.
 */
final class VertxServer implements ServerUnderTest {
    private static final long LIMIT_SECONDS = 20;

    private final Vertx vertx;
    private final InetSocketAddress asked;
    private final Books books = new Books();
    private volatile int port;

    private VertxServer(Vertx vertx, InetSocketAddress asked) {
        this.vertx = vertx;
        this.asked = asked;
    }

    static ServerUnderTest start(ServerConfig config) throws IOException {
        int loops = config.workers().orElse(VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE);
        Vertx vertx =
                Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(loops));
        VertxServer server = new VertxServer(vertx, config.address());
        Buffer greeting = Buffer.buffer(config.greetingBytes());
        NetServerOptions options = new NetServerOptions()
                .setAcceptBacklog(config.backlog())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true);
        try {
            get(vertx.deployVerticle(
                            () -> server.new Listener(options, greeting), new DeploymentOptions().setInstances(loops))
                    .toCompletionStage()
                    .toCompletableFuture());
        } catch (IOException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private static void get(Future<?> done) throws IOException {
        try {
            done.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("Vert.x was not done after " + LIMIT_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for Vert.x", e);
        }
    }

    /** One of the servers that share the port. */
    private final class Listener extends AbstractVerticle {
        private final NetServerOptions options;
        private final Buffer greeting;

        Listener(NetServerOptions options, Buffer greeting) {
            this.options = options;
            this.greeting = greeting;
        }

        @Override
        public void start(Promise<Void> started) {
            vertx.createNetServer(options)
                    .connectHandler(this::greetAndRead)
                    .listen(sharedPort(), asked.getAddress().getHostAddress())
                    .onSuccess(this::listening)
                    .<Void>mapEmpty()
                    .onComplete(started);
        }

        /** To Vert.x, -1 is any free port, the same for all instances of a deployment. */
        private int sharedPort() {
            return asked.getPort() == 0 ? -1 : asked.getPort();
        }

        private void listening(NetServer server) {
            port = server.actualPort();
        }

        private void greetAndRead(NetSocket client) {
            books.accepted();
            client.closeHandler(closed -> books.ended());
            client.exceptionHandler(gone -> client.close());
            client.handler(read -> {});
            client.write(greeting);
        }
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(asked.getAddress(), port);
    }

    @Override
    public ServerCounts counts() {
        return books.counts();
    }

    @Override
    public void close() {
        CompletableFuture<Void> closed = vertx.close().toCompletionStage().toCompletableFuture();
        try {
            get(closed);
        } catch (IOException notInTime) {
            // The process is about to end, and its threads with it.
        }
    }
}
