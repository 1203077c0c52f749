package io.acceptor.netty;

/** The contract, kept on epoll. */
class NettyEpollContractTest extends NettyContract {
    NettyEpollContractTest() {
        super(new NettyEngine(NettyTransport.EPOLL, 1));
    }
}
