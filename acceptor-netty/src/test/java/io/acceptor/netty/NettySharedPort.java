package io.acceptor.netty;

import io.acceptor.contract.PortsTaken;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** What {@link NettySharedPortIT} runs in a network namespace. */
final class NettySharedPort {
    private NettySharedPort() {}

    public static void main(String[] arguments) throws Exception {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        PortsTaken.startAndClose(() -> NettyAcceptor.builder()
                .transport(NettyTransport.valueOf(arguments[0]))
                .acceptors(4)
                .childHandler(new ChannelInboundHandlerAdapter())
                .start(anyPort));
    }
}
