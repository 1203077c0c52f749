package io.acceptor.netty;

/** The contract, kept on NIO. */
class NettyNioContractTest extends NettySingleLoopContract {
    NettyNioContractTest() {
        super(new NettyEngine(NettyTransport.NIO, 1));
    }
}
