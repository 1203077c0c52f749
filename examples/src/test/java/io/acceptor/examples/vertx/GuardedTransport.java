package io.acceptor.examples.vertx;

import io.netty.bootstrap.ServerBootstrap;
import io.vertx.core.transport.Transport;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/** One of Vert.x's transports; each TCP server that starts on it is guarded. */
public record GuardedTransport(Transport transport, Consumer<ServerBootstrap> guard) implements Transport {
    /** Passes everything on, and sees each bootstrap once all is set and before it is bound. */
    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        Class<?> type = io.vertx.core.spi.transport.Transport.class;
        Object target = transport.implementation();
        return (io.vertx.core.spi.transport.Transport) Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Object result = passOn(target, method, arguments);
                    if (arguments != null && arguments[arguments.length - 1] instanceof ServerBootstrap bootstrap) {
                        guard.accept(bootstrap);
                    }
                    return result;
                });
    }

    private static Object passOn(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public String name() {
        return transport.name();
    }

    @Override
    public boolean available() {
        return transport.available();
    }

    @Override
    public Throwable unavailabilityCause() {
        return transport.unavailabilityCause();
    }
}
