package io.acceptor.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.socket.SocketChannelConfig;

/**
 * The settings of a child channel that we need otherwise than the user may have them: reading goes on until the client's turn
 * has come, a failed write closes nothing until then, for there may be something to read behind it, and half-closure is always on
 * underneath, so that a FIN is an event and no close of Netty's own. What the user has chosen is kept here and kept to. Fields of
 * the channel, no system calls. Confined to the channel's loop.
 */
final class ChildConfig {
    private final ChannelConfig config;
    private boolean userReads;
    private boolean userHalfCloses;
    private boolean userAutoCloses;

    ChildConfig(Channel channel) {
        config = channel.config();
    }

    /** Once the bootstrap has set what the user wants. */
    void takeOver() {
        userReads = config.isAutoRead();
        userHalfCloses = isHalfClosureAllowed();
        userAutoCloses = config.isAutoClose();
        allowHalfClosure(true);
        config.setAutoClose(false);
        if (!userReads) {
            config.setAutoRead(true);
        }
    }

    /** The user's handlers are about to be added: they find what the user has set, and may set it anew. */
    void giveBack() {
        config.setAutoRead(userReads);
        config.setAutoClose(userAutoCloses);
        allowHalfClosure(userHalfCloses);
    }

    /** The user's handlers are there. */
    void takeHalfClosureAgain() {
        userHalfCloses = isHalfClosureAllowed();
        allowHalfClosure(true);
    }

    /** Nobody of ours is in the pipeline any more. */
    void giveHalfClosureBack() {
        allowHalfClosure(userHalfCloses);
    }

    /** Whether the user wants a channel to stay open when its client has said that it is done. */
    boolean userHalfCloses() {
        return userHalfCloses;
    }

    void stopReading() {
        config.setAutoRead(false);
    }

    private boolean isHalfClosureAllowed() {
        return config instanceof SocketChannelConfig socket && socket.isAllowHalfClosure();
    }

    private void allowHalfClosure(boolean allowed) {
        if (config instanceof SocketChannelConfig socket) {
            socket.setAllowHalfClosure(allowed);
        }
    }
}
