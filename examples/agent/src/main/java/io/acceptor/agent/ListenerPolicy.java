package io.acceptor.agent;

import io.acceptor.AcceptorBuilder;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** What the agent's options say of a listener, and where what became of it is told. Thread-safe. */
public interface ListenerPolicy {
    /**
     * Whether to guard a listener; if the options leave it alone, that is told.
     *
     * @param local to be bound to; null for any
     * @return false to leave it alone
     */
    boolean guards(@Nullable SocketAddress local);

    /**
     * Tells a builder what was asked for.
     *
     * @param builder of the listener's
     */
    void applyTo(AcceptorBuilder<?> builder);

    /**
     * Tells that a listener is guarded.
     *
     * @param local what it is bound to
     * @param metrics of the listener
     */
    void guarding(@Nullable SocketAddress local, MeterBinder metrics);

    /**
     * Tells that a listener cannot be guarded.
     *
     * @param local what it is bound to
     * @param why what went wrong
     */
    void unguarded(@Nullable SocketAddress local, Throwable why);
}
