package io.acceptor.netty;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.ServerChannel;
import java.net.SocketAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Guards every unshaded Netty server of a JVM, where no line of it can be changed. Found by Netty itself, with
 * {@code -Dio.netty.bootstrap.extensions=serviceload}, if this jar is on its class path.
 *
 * <p>All servers share one {@link AcceptGuard}, made with the first of them. Its settings are system properties,
 * {@code acceptor.guard.WORD}, with the words of {@link AcceptGuard.Builder}: {@code greeting}, {@code greetingTimeout},
 * {@code awaitFirstByte}, {@code settle}, {@code handOffAtOnce} (true or false), {@code maxConnections},
 * {@code maxConnectionsPerSource}, {@code backlog}, {@code name}, {@code stallThreshold}, {@code proxyProtocol} (networks, by commas)
 * and {@code headerTimeout}. Times are {@code 5ms} or {@code 2s}; a greeting may have {@code \r} and {@code \n} in it.
 * {@code acceptor.guard.file} names a properties file with such words as its keys; a system property goes before it.
 *
 * <p>With a setting that is wrong every bind fails, and says which key and value. A server that is guarded otherwise keeps that guard.
 * Thread-safe.
 */
public final class AcceptGuardExtension extends ChannelInitializerExtension {
    private static @Nullable AcceptGuard guard; // guarded by the class

    /** For Netty, which makes one by its service loader. */
    public AcceptGuardExtension() {}

    /**
     * The guard of this JVM's servers, for its {@code stats()}, {@code health()}, {@code metrics()} and {@code drain(…)}.
     *
     * @return made if no server was there yet
     * @throws IllegalArgumentException if a setting is wrong
     */
    public static synchronized AcceptGuard guard() {
        if (guard == null) {
            guard = GuardProperties.ofThisJvm().toGuard();
        }
        return guard;
    }

    @Override
    public void postInitializeServerListenerChannel(ServerChannel server) {
        if (GuardInstaller.isGuardable(server)) {
            server.pipeline().addFirst(handler(AcceptGuardExtension::guard));
        }
    }

    /** The handler of a guard; of one that cannot be made, one that lets nothing be bound. */
    static ChannelHandler handler(Supplier<AcceptGuard> guard) {
        try {
            return guard.get().handler();
        } catch (IllegalArgumentException | IllegalStateException e) {
            return new BindRefusal(e);
        }
    }

    /** What is said when a server is bound that should be guarded and cannot be. */
    private static final class BindRefusal extends ChannelOutboundHandlerAdapter {
        private final RuntimeException reason;

        BindRefusal(RuntimeException reason) {
            this.reason = reason;
        }

        @Override
        public void bind(ChannelHandlerContext ctx, SocketAddress address, ChannelPromise promise) {
            promise.tryFailure(reason);
        }
    }
}
