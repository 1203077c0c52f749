package io.acceptor.netty;

import io.netty.channel.ChannelPromise;
import java.io.IOException;

/** What the head of a connection's pipeline does at one time of its life. Confined to the channel's loop. */
abstract class Stage {
    final HeadHandler head;
    final NettyConnection connection;

    Stage(HeadHandler head) {
        this.head = head;
        this.connection = head.connection;
    }

    /** It is the head's stage from now on. */
    abstract void begin();

    /** Something has come, and is this stage's from now on. */
    abstract void read(Object msg);

    /** What came together has been shown. */
    void readComplete() {}

    /** The client has said that it is done. */
    abstract void inputEnded();

    /** One of Netty's two events that are about half-closure, and not the client's doing. */
    void shutdownEvent(Object event) {}

    /** The client has reset the connection, or the network has lost it. */
    abstract void reset(IOException cause);

    /** Something else has failed, which is no handler's business now. */
    void failed(Throwable cause) {}

    /** A handler wants to be shown what comes. */
    void readAsked() {
        head.context().read();
    }

    /** A handler closes. */
    void close(ChannelPromise promise) {
        head.context().close(promise);
    }

    /** No handler of the user's has dealt with this. False if it only reports that the client has gone. */
    boolean userFailed(Throwable cause) {
        return connection.isUsersFault(cause);
    }
}
