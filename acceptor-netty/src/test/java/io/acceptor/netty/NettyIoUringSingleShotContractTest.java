package io.acceptor.netty;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.uring.IoUring;
import org.junit.jupiter.api.BeforeAll;

/** The contract, kept on io_uring with one request for each connection to accept; skipped where it is forbidden. */
class NettyIoUringSingleShotContractTest extends NettySingleLoopContract {
    static {
        // read once by a JVM: the build gives each test class of this module one of its own
        System.setProperty("io.netty.iouring.acceptMultiShotEnabled", "false");
    }

    NettyIoUringSingleShotContractTest() {
        super(new NettyEngine(NettyTransport.IO_URING, 1));
    }

    @BeforeAll
    static void isAllowed() {
        assumeTrue(
                NettyTransport.IO_URING.isAvailable(),
                () -> "no io_uring: " + NettyTransport.IO_URING.unavailability());
        assumeTrue(!IoUring.isAcceptMultishotEnabled(), "decided before in this JVM");
    }
}
