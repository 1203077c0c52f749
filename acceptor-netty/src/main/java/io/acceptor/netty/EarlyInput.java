package io.acceptor.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What a client has sent before its turn. Owns it until it is delivered. Confined to the channel's loop. */
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

    /** Gives it to the handlers behind ours in its order, while it is wanted. */
    void deliver(ChannelHandlerContext head, BooleanSupplier wanted) {
        while (held != null) {
            Object msg = held.poll();
            if (msg == null) {
                held = null;
            } else if (wanted.getAsBoolean()) {
                head.fireChannelRead(msg);
            } else {
                ReferenceCountUtil.release(msg);
            }
        }
    }

    void release() {
        if (held != null) {
            held.forEach(ReferenceCountUtil::release);
            held = null;
        }
    }
}
