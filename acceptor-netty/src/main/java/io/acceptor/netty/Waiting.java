package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.engine.HandOff;
import io.acceptor.engine.Settings;
import java.io.IOException;

/** Greeted, and it is the client's turn to speak, or to leave as probes do. */
final class Waiting extends Stage {

    Waiting(HeadHandler head) {
        super(head);
    }

    @Override
    void begin() {
        head.after(timing().handOffNanos(), this::waitedEnough);
    }

    private Settings.Timing timing() {
        return head.server().settings().timing();
    }

    private void waitedEnough() {
        if (timing().handOff() == HandOff.SETTLED) {
            Handed.offer(head);
        } else {
            head.leave(Outcome.SILENT_TIMEOUT);
        }
    }

    @Override
    void read(Object msg) {
        head.hold(msg);
        Handed.offer(head);
    }

    @Override
    void inputEnded() {
        head.leave(Outcome.CLOSED_SILENTLY);
    }

    @Override
    void reset(IOException cause) {
        head.left(cause);
    }
}
