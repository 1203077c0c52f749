package io.acceptor.netty;

import io.acceptor.contract.EngineUnderTest;
import io.acceptor.contract.HammerContract;
import org.junit.jupiter.api.Nested;

/** The contract, kept by three event loops that share a port. */
class NettyReusePortContractTest extends NettyContract {
    private static final EngineUnderTest ENGINE = new NettyEngine(NettyTransport.EPOLL, 3);

    NettyReusePortContractTest() {
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
