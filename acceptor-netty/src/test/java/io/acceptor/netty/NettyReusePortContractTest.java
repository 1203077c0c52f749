package io.acceptor.netty;

/** The contract, kept by three event loops that share a port; but for the hammer (docs/netty.md, what is not proven). */
class NettyReusePortContractTest extends NettyContract {
    NettyReusePortContractTest() {
        super(new NettyEngine(NettyTransport.EPOLL, 3));
    }
}
