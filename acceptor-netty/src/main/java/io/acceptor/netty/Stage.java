package io.acceptor.netty;

import io.netty.channel.ChannelPromise;
import java.io.IOException;

/**
 * What the head of a connection's pipeline does at one time of its life. What stands here holds until the client's turn has come: the
 * user's handlers are there, but are shown nothing yet. Confined to the channel's loop.
 */
abstract class Stage {
    final ChildHead head;
    final NettyConnection connection;

    Stage(ChildHead head) {
        this.head = head;
        this.connection = head.connection;
    }

    /** It is the head's stage from now on. */
    abstract void begin();

    /** It is the head's stage no more, or the channel has closed: what it owns is released. May come twice. */
    void end() {}

    // ---- what comes in

    /** Something has come, and is this stage's from now on. */
    abstract void read(Object msg);

    /** What came together has been shown. */
    void readComplete() {
        head.readOn();
    }

    /** The client has said that it is done. */
    abstract void inputEnded();

    /** One of Netty's two events that are about half-closure, and not the client's doing. */
    void shutdownEvent(Object event) {}

    /** The client has reset the connection, or the network has lost it. */
    void reset(IOException cause) {
        head.left(cause);
    }

    /** Something else has failed: a handler's business. */
    void failed(Throwable cause) {
        head.context().fireExceptionCaught(cause);
    }

    /** Netty has closed it by itself. */
    void closedByNetty() {}

    // ---- what goes out

    /** A handler wants to be shown what comes: when its turn has come. */
    void readAsked() {
        head.context().read();
    }

    /** A handler writes: behind the greeting, and the connection need not wait any longer for its turn. */
    void write(Object msg, ChannelPromise promise) {
        head.heldBack().add(msg, promise);
    }

    /** A handler closes, and has written before: whether that goes out yet. */
    boolean letsWritesGo() {
        return true;
    }

    /** A handler closes. */
    void close(ChannelPromise promise) {
        head.closeForUser(promise);
    }

    /** No handler of the user's has dealt with this. False if it only reports that the client has gone. */
    boolean userFailed(Throwable cause) {
        return connection.isUsersFault(cause);
    }
}
