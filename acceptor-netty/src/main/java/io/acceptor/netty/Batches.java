package io.acceptor.netty;

import io.acceptor.engine.Settings;
import io.netty.channel.Channel;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.channel.nio.AbstractNioChannel;

/** How many connections a server channel accepts before other work of its loop gets a turn. */
final class Batches {
    /** At 10 microseconds each that is well under a millisecond. */
    private static final int MANY = 64;

    private Batches() {}

    /**
     * On native transports Netty accepts one connection a wake-up, which is the cost of waking up for each. On NIO it takes 16
     * from the kernel before it shows the first: too many where a limit is to leave them in the backlog.
     */
    static void choose(Channel server, Settings settings) {
        if (areOfOne(settings)) {
            server.config().setRecvByteBufAllocator(new ServerChannelRecvByteBufAllocator().maxMessagesPerRead(1));
        } else if (!(server instanceof AbstractNioChannel)
                && server.config().getRecvByteBufAllocator() instanceof ServerChannelRecvByteBufAllocator) {
            DefaultMaxMessagesRecvByteBufAllocator many = new ServerChannelRecvByteBufAllocator();
            server.config()
                    .setRecvByteBufAllocator(many.respectMaybeMoreData(false).maxMessagesPerRead(MANY));
        } // else the user has chosen
    }

    /** Whether a limit is to leave connections in the backlog: then no more than one may be taken before it is looked at. */
    static boolean areOfOne(Settings settings) {
        return settings.limits().mayLeaveInBacklog();
    }
}
