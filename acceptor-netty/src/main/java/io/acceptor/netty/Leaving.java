package io.acceptor.netty;

import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** Being closed: nothing matters any more. */
final class Leaving extends Stage {

    Leaving(ChildHead head) {
        super(head);
    }

    @Override
    void begin() {}

    @Override
    void read(Object msg) {
        ReferenceCountUtil.release(msg);
    }

    @Override
    void readComplete() {}

    @Override
    void inputEnded() {}

    @Override
    void reset(IOException cause) {}

    @Override
    void failed(Throwable cause) {}

    @Override
    void write(Object msg, ChannelPromise promise) {
        refuse(msg, promise);
    }

    /** Fails a write as Netty does on a closed channel. */
    static void refuse(Object msg, ChannelPromise promise) {
        ReferenceCountUtil.release(msg);
        promise.tryFailure(new ClosedChannelException());
    }

    @Override
    void close(ChannelPromise promise) {
        head.context().close(promise);
    }
}
