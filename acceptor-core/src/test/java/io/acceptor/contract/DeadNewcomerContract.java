package io.acceptor.contract;

import static io.acceptor.contract.MakeRoomContract.FOR_EVER;
import static io.acceptor.contract.MakeRoomContract.LONG_SILENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.Outcome;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A connection that was reset in the accept queue displaces nobody. For engines with one loop: it is held, so that the queue fills. */
public abstract class DeadNewcomerContract extends ContractTest {
    private static final String GREETING = "220 ready\r\n";

    @Test
    void nobodyMakesRoomForAProbeThatDiedInTheQueue() throws IOException {
        HeldLoops loops = heldLoops();
        RunningServer server = start(ServerSpec.doing(Behaviours.echo())
                .with(builder -> builder.greeting(loops.greeting(GREETING))
                        .awaitFirstByte(FOR_EVER)
                        .maxConnections(1)));
        Client silent = connect(server);
        soon().until(() -> loops.count() == 1);
        MakeRoomContract.grow(LONG_SILENT);
        Client.probe(server.address());
        loops.release();
        awaitOutcome(server, Outcome.RESET_BEFORE_GREETING);
        assertThat(silent.readAsMuchAs(GREETING)).isEqualTo(GREETING);
        assertThat(silent.ask("x", "x")).isEqualTo("x");
    }
}
