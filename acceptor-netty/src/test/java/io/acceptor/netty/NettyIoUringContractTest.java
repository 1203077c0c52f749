package io.acceptor.netty;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.acceptor.contract.EngineUnderTest;
import io.acceptor.contract.HammerContract;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract, kept on io_uring; skipped where the kernel or a sandbox forbids it. */
class NettyIoUringContractTest extends NettySingleLoopContract {
    private static final EngineUnderTest ENGINE = new NettyEngine(NettyTransport.IO_URING, 1);

    NettyIoUringContractTest() {
        super(ENGINE);
    }

    @BeforeAll
    static void isAllowed() {
        assumeTrue(
                NettyTransport.IO_URING.isAvailable(),
                () -> "no io_uring: " + NettyTransport.IO_URING.unavailability());
    }

    @Nested
    class Hammer extends HammerContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }
}
