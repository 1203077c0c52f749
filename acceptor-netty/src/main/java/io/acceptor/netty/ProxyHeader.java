package io.acceptor.netty;

import io.acceptor.Peer;
import io.netty.channel.ChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * What a balancer has said of a connection. The only class that needs netty-codec-haproxy.
 *
 * @param local whether the connection is the balancer's own
 * @param behind the client and what it has connected to, or null if the balancer does not know or it is no TCP connection
 */
record ProxyHeader(boolean local, @Nullable Peer behind) {
    /** Of the header's additional data. Balancers send some hundred bytes: a TLS name, a connection's number. */
    static final int MAX_TLV_BYTES = 2048;

    /** Goes before what waits for a header, and out of the pipeline once it is there. */
    static ChannelInboundHandler decoder() {
        return new HAProxyMessageDecoder(MAX_TLV_BYTES, true);
    }

    /** Fails early if the codec is not there. */
    static void requireCodec() {
        try {
            decoder();
        } catch (LinkageError e) {
            throw new IllegalStateException("the PROXY protocol needs netty-codec-haproxy on the class path", e);
        }
    }

    /** Reads what the decoder gives, and releases it. Null if it is something else. */
    static @Nullable ProxyHeader of(Object decoded) {
        if (!(decoded instanceof HAProxyMessage message)) {
            return null;
        }
        try {
            boolean local = message.command() == HAProxyCommand.LOCAL;
            return new ProxyHeader(local, local ? null : peer(message));
        } finally {
            message.release();
        }
    }

    private static @Nullable Peer peer(HAProxyMessage message) {
        InetSocketAddress source = address(message.sourceAddress(), message.sourcePort());
        InetSocketAddress destination = address(message.destinationAddress(), message.destinationPort());
        return source == null || destination == null ? null : new Peer(source, destination);
    }

    private static @Nullable InetSocketAddress address(@Nullable String host, int port) {
        byte[] bytes = host == null ? null : NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return bytes == null ? null : new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of 4 or 16 bytes: " + host, e);
        }
    }
}
