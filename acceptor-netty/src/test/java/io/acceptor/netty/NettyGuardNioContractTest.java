package io.acceptor.netty;

/** The contract, kept by a guarded bootstrap on NIO that accepts on one loop and serves on others. */
class NettyGuardNioContractTest extends NettySingleLoopContract {
    NettyGuardNioContractTest() {
        super(new GuardEngine(NettyTransport.NIO));
    }
}
