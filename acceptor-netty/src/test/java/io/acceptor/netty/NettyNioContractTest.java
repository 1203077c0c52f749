package io.acceptor.netty;

/** The contract, kept on NIO. */
class NettyNioContractTest extends NettyHammeredContract {
    NettyNioContractTest() {
        super(new NettyEngine(NettyTransport.NIO, 1));
    }
}
