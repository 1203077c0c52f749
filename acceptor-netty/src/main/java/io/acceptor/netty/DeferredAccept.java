package io.acceptor.netty;

import io.acceptor.engine.Settings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.Map;

/**
 * TCP_DEFER_ACCEPT: the kernel keeps a connection to itself until the client has sent something (tcp(7)), so bare probes are
 * never accepted. A client that waits for a greeting would wait in vain.
 */
final class DeferredAccept {
    private static final String NAME = "TCP_DEFER_ACCEPT";

    private DeferredAccept() {}

    /** Refuses a server channel that has the option set, if there is a greeting. */
    static void refuseWithGreeting(Channel server, Settings settings) {
        if (settings.greeting().isNone()) {
            return;
        }
        for (Map.Entry<ChannelOption<?>, Object> option :
                server.config().getOptions().entrySet()) {
            boolean set = option.getValue() instanceof Integer seconds && seconds > 0;
            if (set && option.getKey().name().endsWith(NAME)) {
                throw new IllegalStateException(
                        "TCP_DEFER_ACCEPT (" + option.getValue() + " s) and a greeting exclude each"
                                + " other: the kernel would wait for a client that waits for the greeting");
            }
        }
    }
}
