package io.acceptor.netty;

/** The contract, kept on epoll. */
class NettyEpollContractTest extends NettySingleLoopContract {
    NettyEpollContractTest() {
        super(new NettyEngine(NettyTransport.EPOLL, 1));
    }
}
