package io.acceptor.netty;

import io.netty.channel.ChannelPipeline;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a client has sent before the user's handlers were there. Owns it until it is delivered. Confined to the channel's loop. */
final class EarlyInput {
    private @Nullable ArrayDeque<Object> held;

    boolean isEmpty() {
        return held == null;
    }

    void hold(Object msg) {
        if (held == null) {
            held = new ArrayDeque<>(2);
        }
        held.add(msg);
    }

    /**
     * Gives it to a pipeline in its order, while it is wanted: from the front, as if it had just come, for there can be handlers
     * that the user has put before ours. With AUTO_READ on, reading goes on behind it.
     */
    void deliver(ChannelPipeline pipeline, BooleanSupplier wanted) {
        ArrayDeque<Object> all = held;
        if (all == null) {
            return;
        }
        held = null;
        for (Object msg = all.poll(); msg != null; msg = all.poll()) {
            if (wanted.getAsBoolean()) {
                pipeline.fireChannelRead(msg);
            } else {
                ReferenceCountUtil.release(msg);
            }
        }
        pipeline.fireChannelReadComplete();
    }

    void release() {
        if (held != null) {
            held.forEach(ReferenceCountUtil::release);
            held = null;
        }
    }
}
