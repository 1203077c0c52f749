package io.acceptor.netty;

/** The contract, kept by a guarded bootstrap on epoll that accepts on one loop and serves on others. */
class NettyGuardEpollContractTest extends NettySingleLoopContract {
    NettyGuardEpollContractTest() {
        super(new GuardEngine(NettyTransport.EPOLL));
    }
}
