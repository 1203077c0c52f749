package io.acceptor.netty;

import io.acceptor.contract.EngineUnderTest;
import io.acceptor.contract.HammerContract;
import org.junit.jupiter.api.Nested;

/** The contract, kept by a guarded bootstrap on NIO that accepts on one loop and serves on others. */
class NettyGuardNioContractTest extends NettySingleLoopContract {
    private static final EngineUnderTest ENGINE = new GuardEngine(NettyTransport.NIO);

    NettyGuardNioContractTest() {
        super(ENGINE);
    }

    @Nested
    class Hammer extends HammerContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }
}
