package io.acceptor.agent;

import java.lang.reflect.Constructor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Called by each {@code ServerBootstrap} of Netty in the JVM, for the channel that it is about to register. Each copy of Netty gets
 * a guard that sees that copy, and that goes with it. Thread-safe.
 */
public final class NettyHook {
    /** Came with 4.1.101, the oldest Netty that has all that the guard names. */
    private static final String OLDEST_HAS = "io.netty.bootstrap.ChannelInitializerExtension";

    private static final Logger LOG = LoggerFactory.getLogger(NettyHook.class);

    /** The guard of a copy of Netty, held by its bootstrap's class. */
    private static final ClassValue<Consumer<Object>> GUARDS = new ClassValue<>() {
        @Override
        protected Consumer<Object> computeValue(Class<?> bootstrap) {
            return guardFor(bootstrap);
        }
    };

    private NettyHook() {}

    /**
     * Prepares a channel to be guarded.
     *
     * @param bootstrap {@code ServerBootstrap} itself
     * @param channel a server channel
     */
    public static void prepare(Class<?> bootstrap, Object channel) {
        try {
            GUARDS.get(bootstrap).accept(channel);
        } catch (Throwable t) {
            LOG.warn("left {} alone: {}", channel, t.toString());
        }
    }

    private static Consumer<Object> guardFor(Class<?> bootstrap) {
        ListenerPolicy policy = SocketGuard.installed();
        if (policy == null) {
            return channel -> {};
        }
        if (!has(bootstrap.getClassLoader(), OLDEST_HAS)) {
            LOG.warn("does not guard the servers of {}: its Netty is older than 4.1.101", bootstrap.getClassLoader());
            return channel -> {};
        }
        try {
            Constructor<?> guard = new NettyLoader(bootstrap.getClassLoader())
                    .loadClass(NettyLoader.GUARD)
                    .getConstructor(ListenerPolicy.class);
            @SuppressWarnings("unchecked")
            Consumer<Object> made = (Consumer<Object>) guard.newInstance(policy);
            return made;
        } catch (ReflectiveOperationException | LinkageError e) {
            LOG.warn("does not guard the servers of {}: {}", bootstrap.getClassLoader(), e.toString());
            return channel -> {};
        }
    }

    private static boolean has(ClassLoader loader, String className) {
        try {
            Class.forName(className, false, loader);
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
