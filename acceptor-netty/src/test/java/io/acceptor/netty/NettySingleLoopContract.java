package io.acceptor.netty;

import io.acceptor.contract.DeadNewcomerContract;
import io.acceptor.contract.EngineUnderTest;
import org.junit.jupiter.api.Nested;

/** The contract suite for an engine on Netty with one loop that accepts. */
abstract class NettySingleLoopContract extends NettyContract {
    private final EngineUnderTest engine;

    NettySingleLoopContract(EngineUnderTest engine) {
        super(engine);
        this.engine = engine;
    }

    @Nested
    class DeadNewcomers extends DeadNewcomerContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }
}
