package io.acceptor.netty;

import io.acceptor.queue.AcceptQueueReading;
import io.netty.channel.Channel;
import io.netty.channel.nio.AbstractNioChannel;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A listening socket, beside its channel. Confined to the channel's event loop, except what says otherwise. */
interface ListeningSocket {

    /** The socket of a bound server channel. */
    static ListeningSocket of(Channel server) {
        // in this order: the classes of native transports need not be there
        return server instanceof AbstractNioChannel nio ? new Nio(nio) : UnixListeningSocket.of(server);
    }

    /** The socket of a child that this listener accepted. */
    Wire wire(Channel child);

    /** Accepts a connection past the channel. Null if none waits. */
    @Nullable
    Wire accept() throws IOException;

    /**
     * Has the channel accept one batch of what waits, in this very turn of its loop.
     *
     * @return false if it accepts only when its loop says so
     */
    boolean acceptBatch();

    /** Whether a ring accepts, once told to, and nobody asks in vain. */
    boolean isRing();

    /**
     * Whether the kernel tells of this very socket and of those it accepts, not only of its address: how many wait at it, and how
     * long each has waited.
     */
    boolean isTold();

    /** What this very socket tells of its queue; unknown if it cannot tell. Any thread. */
    AcceptQueueReading queue();

    /** On NIO. */
    record Nio(AbstractNioChannel.NioUnsafe unsafe) implements ListeningSocket {
        Nio(AbstractNioChannel server) {
            this(server.unsafe());
        }

        @Override
        public Wire wire(Channel child) {
            return new NioWire(
                    (SocketChannel) ((AbstractNioChannel) child).unsafe().ch());
        }

        @Override
        public @Nullable Wire accept() throws IOException {
            SocketChannel accepted = ((ServerSocketChannel) unsafe.ch()).accept();
            if (accepted == null) {
                return null;
            }
            accepted.configureBlocking(false);
            return new NioWire(accepted);
        }

        @Override
        public boolean acceptBatch() {
            unsafe.read();
            return true;
        }

        @Override
        public boolean isRing() {
            return false;
        }

        @Override
        public boolean isTold() {
            return false;
        }

        @Override
        public AcceptQueueReading queue() {
            return AcceptQueueReading.UNKNOWN;
        }
    }
}
