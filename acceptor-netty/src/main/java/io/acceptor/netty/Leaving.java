package io.acceptor.netty;

import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/** Being closed: nothing matters any more. */
final class Leaving extends Stage {

    Leaving(HeadHandler head) {
        super(head);
    }

    @Override
    void begin() {}

    @Override
    void read(Object msg) {
        ReferenceCountUtil.release(msg);
    }

    @Override
    void inputEnded() {}

    @Override
    void reset(IOException cause) {}
}
