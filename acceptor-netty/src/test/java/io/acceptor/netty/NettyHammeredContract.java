package io.acceptor.netty;

import io.acceptor.contract.EngineUnderTest;
import io.acceptor.contract.HammerContract;
import org.junit.jupiter.api.Nested;

/** The contract suite for one engine on Netty, and every fault at once. */
abstract class NettyHammeredContract extends NettyContract {
    NettyHammeredContract(EngineUnderTest engine) {
        super(engine);
    }

    @Nested
    class Hammer extends HammerContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }
}
