package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.engine.HandOff;
import io.acceptor.engine.Settings;
import io.netty.channel.ChannelPromise;

/** Greeted, and it is the client's turn to speak, or to leave as probes do. */
final class WaitingStage extends Stage {

    WaitingStage(ChildHead head) {
        super(head);
    }

    @Override
    void begin() {
        if (timing().handOff() == HandOff.AT_ONCE || connection.spoken || head.hasHeldBack()) {
            HandedStage.offer(head);
        } else if (connection.finSeen) {
            head.leave(Outcome.CLOSED_SILENTLY);
        } else {
            head.config.halfClose(false); // a FIN ends it: no need to shut the input down first
            head.after(timing().handOffNanos(), this::waitedEnough);
            if (head.server().settings().silentMakeRoom()) {
                connection.maySilentlyMakeRoom();
            }
        }
    }

    private Settings.Timing timing() {
        return head.server().settings().timing();
    }

    /** False if it is on its way to be closed for a newcomer, who has its place already. */
    private boolean isStillOurs() {
        return !head.server().settings().silentMakeRoom() || connection.endSilence();
    }

    private void waitedEnough() {
        if (!isStillOurs()) {
            return;
        }
        if (timing().handOff() == HandOff.SETTLED) {
            HandedStage.offer(head);
        } else {
            head.leave(Outcome.SILENT_TIMEOUT);
        }
    }

    @Override
    void read(Object msg) {
        head.hold(msg);
        if (isStillOurs()) {
            HandedStage.offer(head);
        }
    }

    @Override
    void inputEnded() {
        head.leave(Outcome.CLOSED_SILENTLY);
    }

    @Override
    void write(Object msg, ChannelPromise promise) {
        super.write(msg, promise);
        head.context()
                .executor()
                .execute(
                        () -> { // not from within the write
                            if (head.isIn(this) && isStillOurs()) {
                                HandedStage.offer(head);
                            }
                        });
    }
}
