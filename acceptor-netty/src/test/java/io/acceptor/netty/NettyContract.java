package io.acceptor.netty;

import io.acceptor.contract.BlockedListenerContract;
import io.acceptor.contract.BreakerContract;
import io.acceptor.contract.CloseContract;
import io.acceptor.contract.CloseFromAnywhereContract;
import io.acceptor.contract.DrainContract;
import io.acceptor.contract.EngineUnderTest;
import io.acceptor.contract.GreetingContract;
import io.acceptor.contract.HandOffContract;
import io.acceptor.contract.InterruptContract;
import io.acceptor.contract.LargeGreetingContract;
import io.acceptor.contract.LastAcceptContract;
import io.acceptor.contract.LastWordsContract;
import io.acceptor.contract.LimitContract;
import io.acceptor.contract.ListenerContract;
import io.acceptor.contract.MakeRoomContract;
import io.acceptor.contract.OutcomeContract;
import io.acceptor.contract.PeerResetContract;
import io.acceptor.contract.PolicyContract;
import io.acceptor.contract.ProbeContract;
import io.acceptor.contract.RefusalContract;
import io.acceptor.contract.StallContract;
import org.junit.jupiter.api.Nested;

/**
 * The contract suite for one engine on Netty; not what is about an executor, which Netty's do not have. The hammer falls once for each
 * transport: on the guard, on loops that share a port, and on the ring.
 */
abstract class NettyContract {
    private final EngineUnderTest engine;

    NettyContract(EngineUnderTest engine) {
        this.engine = engine;
    }

    @Nested
    class Greetings extends GreetingContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class LargeGreetings extends LargeGreetingContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class Outcomes extends OutcomeContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class PeerResets extends PeerResetContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class Probes extends ProbeContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class Refusals extends RefusalContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class Limits extends LimitContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class MakingRoom extends MakeRoomContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class Policies extends PolicyContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class Breakers extends BreakerContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class HandOffs extends HandOffContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class Interrupts extends InterruptContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class LastWords extends LastWordsContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class Closing extends CloseContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class ClosingFromAnywhere extends CloseFromAnywhereContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class Drains extends DrainContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class LastAccepts extends LastAcceptContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class Listeners extends ListenerContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class BlockedListeners extends BlockedListenerContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }

    @Nested
    class Stalls extends StallContract {
        @Override
        protected EngineUnderTest engine() {
            return engine;
        }
    }
}
