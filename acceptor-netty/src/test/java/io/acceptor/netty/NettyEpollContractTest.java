package io.acceptor.netty;

/** The contract, kept on epoll. */
class NettyEpollContractTest extends NettyHammeredContract {
    NettyEpollContractTest() {
        super(new NettyEngine(NettyTransport.EPOLL, 1));
    }
}
