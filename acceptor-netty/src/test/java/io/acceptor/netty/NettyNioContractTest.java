package io.acceptor.netty;

/** The contract, kept on NIO. */
class NettyNioContractTest extends NettyContract {
    NettyNioContractTest() {
        super(new NettyEngine(NettyTransport.NIO, 1));
    }
}
