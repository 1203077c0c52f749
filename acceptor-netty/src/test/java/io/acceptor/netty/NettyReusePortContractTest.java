package io.acceptor.netty;

/** The contract, kept by three event loops that share a port. */
class NettyReusePortContractTest extends NettyContract {
    NettyReusePortContractTest() {
        super(new NettyEngine(NettyTransport.EPOLL, 3));
    }
}
