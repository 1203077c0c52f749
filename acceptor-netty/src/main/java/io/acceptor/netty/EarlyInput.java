package io.acceptor.netty;

import io.netty.channel.ChannelHandlerContext;
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

    /** Gives it to the handlers behind a context, in its order, while they want it. */
    void deliver(ChannelHandlerContext ctx, BooleanSupplier wanted) {
        ArrayDeque<Object> all = held;
        if (all == null) {
            return;
        }
        held = null;
        for (Object msg = all.poll(); msg != null; msg = all.poll()) {
            if (wanted.getAsBoolean()) {
                ctx.fireChannelRead(msg);
            } else {
                ReferenceCountUtil.release(msg);
            }
        }
        ctx.fireChannelReadComplete();
    }

    void release() {
        if (held != null) {
            held.forEach(ReferenceCountUtil::release);
            held = null;
        }
    }
}
