package io.acceptor.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.socket.SocketChannelConfig;

/**
 * The settings of a child channel that we need otherwise for a while. Each is set back to what the user had, unless the user has set it
 * meanwhile. Fields of the channel, no system calls. Confined to the channel's loop.
 */
final class ChildConfig {
    private final ChannelConfig config;
    private boolean stoppedReading;
    private boolean keptOpen;
    private boolean otherHalfClosure;
    private boolean ourHalfClosure;

    ChildConfig(Channel channel) {
        config = channel.config();
    }

    /** The client's turn has come: all is as the user wants it. */
    void giveBack() {
        if (otherHalfClosure) {
            otherHalfClosure = false;
            if (isHalfClosing() == ourHalfClosure) {
                socket().setAllowHalfClosure(!ourHalfClosure);
            }
        }
        if (keptOpen) {
            keptOpen = false;
            config.setAutoClose(true);
        }
        if (stoppedReading) {
            stoppedReading = false;
            config.setAutoRead(true);
        }
    }

    /** Whether a FIN is an event, and not Netty's reason to close. */
    void halfClose(boolean allowed) {
        if (isHalfClosing() != allowed && config instanceof SocketChannelConfig) {
            otherHalfClosure = !otherHalfClosure;
            ourHalfClosure = allowed;
            socket().setAllowHalfClosure(allowed);
        }
    }

    /** Whether a channel stays open when its client has said that it is done. */
    boolean isHalfClosing() {
        return config instanceof SocketChannelConfig && socket().isAllowHalfClosure();
    }

    private SocketChannelConfig socket() {
        return (SocketChannelConfig) config;
    }

    /** A failed write closes nothing: there may be something to read behind it. */
    void stayOpen() {
        if (config.isAutoClose()) {
            keptOpen = true;
            config.setAutoClose(false);
        }
    }

    boolean isReading() {
        return config.isAutoRead();
    }

    /** The kernel keeps the rest. */
    void stopReading() {
        if (config.isAutoRead()) {
            stoppedReading = true;
            config.setAutoRead(false);
        }
    }
}
