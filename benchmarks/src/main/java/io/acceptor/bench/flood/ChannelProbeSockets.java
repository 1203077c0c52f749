package io.acceptor.bench.flood;

import io.acceptor.bench.measure.SourceAddresses;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Sockets by channels of the JDK, a new one for each probe: for IPv6, and where there are no system calls. */
final class ChannelProbeSockets implements ProbeSockets {
    private static final int RESET_ON_CLOSE = 0;

    private final InetSocketAddress target;
    private final SourceAddresses sources;

    ChannelProbeSockets(InetSocketAddress target, SourceAddresses sources) {
        this.target = target;
        this.sources = sources;
    }

    @Override
    public @Nullable ProbeSocket take() {
        try {
            return new ChannelProbeSocket(open(), target);
        } catch (IOException noDescriptorOrPort) {
            return null;
        }
    }

    private SocketChannel open() throws IOException {
        boolean six = target.getAddress() instanceof Inet6Address;
        SocketChannel channel = SocketChannel.open(six ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, RESET_ON_CLOSE);
            channel.bind(six ? null : sources.next());
            channel.configureBlocking(false);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void giveBack(ProbeSocket socket) {
        // Closed by its reset.
    }

    @Override
    public void close() {
        // Nothing is kept.
    }

    /** A channel for once. */
    private record ChannelProbeSocket(SocketChannel channel, InetSocketAddress target) implements ProbeSocket {
        @Override
        public @Nullable ProbeEnd connect() {
            try {
                return channel.connect(target) || channel.finishConnect() ? ProbeEnd.DONE : null;
            } catch (IOException refused) {
                return ProbeEnd.REFUSED;
            }
        }

        @Override
        public @Nullable ProbeEnd look() {
            try {
                return channel.finishConnect() ? ProbeEnd.DONE : null;
            } catch (IOException refused) {
                return ProbeEnd.REFUSED;
            }
        }

        /** With SO_LINGER 0, closing a connected socket resets it. */
        @Override
        public void reset() {
            try {
                channel.close();
            } catch (IOException nothingLeftToClose) {
                // The kernel has released the descriptor all the same.
            }
        }
    }
}
