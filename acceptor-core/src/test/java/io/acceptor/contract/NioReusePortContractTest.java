package io.acceptor.contract;

import org.junit.jupiter.api.Nested;

/** The contract, kept by the NIO engine with two loops that share a port. */
class NioReusePortContractTest {
    private static final EngineUnderTest ENGINE = new NioEngine(2);

    @Nested
    class Greetings extends GreetingContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class LargeGreetings extends LargeGreetingContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Outcomes extends OutcomeContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class PeerResets extends PeerResetContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Probes extends ProbeContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Refusals extends RefusalContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Limits extends LimitContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Policies extends PolicyContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Breakers extends BreakerContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class HandOffs extends HandOffContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Workers extends WorkersContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Executors extends ExecutorContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class MakingRoom extends MakeRoomContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class FreeWorkers extends FreeWorkersContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Waiting extends WaitingContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class LastWords extends LastWordsContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Drains extends DrainContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class LastAccepts extends LastAcceptContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Closes extends CloseContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class CloseFromAnywhere extends CloseFromAnywhereContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class ClosingRaces extends ClosingRaceContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Interrupts extends InterruptContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Listeners extends ListenerContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class BlockedListeners extends BlockedListenerContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Stalls extends StallContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }

    @Nested
    class Hammer extends HammerContract {
        @Override
        protected EngineUnderTest engine() {
            return ENGINE;
        }
    }
}
