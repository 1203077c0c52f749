package io.acceptor.netty;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;

/** The contract, kept on io_uring; skipped where the kernel or a sandbox forbids it. */
class NettyIoUringContractTest extends NettySingleLoopContract {
    NettyIoUringContractTest() {
        super(new NettyEngine(NettyTransport.IO_URING, 1));
    }

    @BeforeAll
    static void isAllowed() {
        assumeTrue(
                NettyTransport.IO_URING.isAvailable(),
                () -> "no io_uring: " + NettyTransport.IO_URING.unavailability());
    }
}
