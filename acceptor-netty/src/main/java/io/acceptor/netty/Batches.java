package io.acceptor.netty;

import io.acceptor.engine.Pace;
import io.acceptor.engine.Settings;
import io.netty.channel.Channel;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.nio.AbstractNioChannel;
import org.jspecify.annotations.Nullable;

/**
 * How many connections a server channel accepts before other work of its loop gets a turn. Confined to the channel's loop.
 *
 * <p>By default a native transport accepts one a wake-up, and NIO goes on until there is none, which costs an accept in vain. The
 * pace is that of core's engine instead: as many as came last time. A ring is told to accept once and for many.
 */
final class Batches {
    /** What a ring may complete in a row; at 10 microseconds each that is well under a millisecond. */
    private static final int OF_A_RING = Pace.MOST;

    /** NIO takes all of a batch from the kernel before it shows the first: this is what a pause may come too late for. */
    private static final int MOST_ON_NIO = 16;

    private final Pace pace = new Pace();
    private final int most;
    private final @Nullable DefaultMaxMessagesRecvByteBufAllocator size;
    private int accepted;

    /**
     * Paces a server channel.
     *
     * @param size what its transport asks before it accepts; null if it is not to be changed
     */
    private Batches(int most, @Nullable DefaultMaxMessagesRecvByteBufAllocator size) {
        this.most = most;
        this.size = size;
    }

    /**
     * Those of a channel that is bound. What the user has chosen stays, unless a limit is to leave connections in the backlog.
     *
     * @param ring whether a ring accepts
     */
    static Batches of(Channel server, boolean ring, Settings settings) {
        boolean ofOne = settings.limits().mayLeaveInBacklog(); // it is looked at after each
        int most = server instanceof AbstractNioChannel ? MOST_ON_NIO : Pace.MOST;
        if (!ofOne && !isDefault(server)) {
            return new Batches(most, null);
        }
        DefaultMaxMessagesRecvByteBufAllocator size = new ServerChannelRecvByteBufAllocator();
        size.respectMaybeMoreData(false).maxMessagesPerRead(ring && !ofOne ? OF_A_RING : 1);
        server.config().setRecvByteBufAllocator(size);
        return new Batches(most, ring || ofOne ? null : size);
    }

    /** Whether a channel has the allocator that Netty gives to each, set as Netty sets it. */
    private static boolean isDefault(Channel server) {
        return server.config().getRecvByteBufAllocator() instanceof ServerChannelRecvByteBufAllocator allocator
                && allocator.maxMessagesPerRead() == server.metadata().defaultMaxMessagesPerRead()
                && allocator.respectMaybeMoreData();
    }

    /** A connection was accepted. */
    void accepted() {
        accepted++;
    }

    /** The transport has shown all that it accepted in this turn. */
    void turnEnded() {
        if (size == null) {
            return;
        }
        if (accepted < Math.min(most, pace.connections())) {
            pace.emptied(accepted);
        } else {
            pace.full();
        }
        accepted = 0;
        size.maxMessagesPerRead(Math.min(most, pace.connections()));
    }
}
