package io.acceptor.bench.flood;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One thread of a flood: starts visitors as they come due, and between them looks after those under way. */
final class FloodThread {
    /** Started in one go at most, before the others are looked after. */
    private static final int BURST = 32;

    /**
     * How long it may sleep while others are under way. It does not spin until the next one is due: on a small machine
     * the server needs the processor, and to a flood a millisecond is nothing.
     */
    private static final long NAP_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final Pace pace;
    private final Probes probes;
    private final Visits visits;
    private final Mix.Draw draw;
    private final long timeoutNanos;
    private final Map<Behaviour, Script> scripts = new EnumMap<>(Behaviour.class);

    FloodThread(FloodPlan plan, Pace pace, Probes probes, Visits visits) {
        this.pace = pace;
        this.probes = probes;
        this.visits = visits;
        this.draw = plan.mix().draw(new SplittableRandom(plan.seed()));
        this.timeoutNanos = plan.times().timeout().toNanos();
        plan.mix().weights().keySet().forEach(each -> scripts.put(each, each.script(plan.times())));
    }

    /** Runs until nobody comes any more and all have gone, each by its own limits. */
    void run() {
        while (!pace.isOver()) {
            boolean more = startThoseDue();
            lookAfterOthers();
            if (!more) {
                nap();
            }
        }
        while (underWay() > 0) {
            lookAfterOthers();
            LockSupport.parkNanos(NAP_NANOS);
        }
    }

    /** Whether more may be due. */
    private boolean startThoseDue() {
        for (int i = 0; i < BURST; i++) {
            if (!pace.takeTurn(underWay())) {
                return false;
            }
            start(draw.next());
        }
        return true;
    }

    private void start(Behaviour behaviour) {
        if (behaviour == Behaviour.RESET) {
            probes.send();
        } else {
            Script script = scripts.get(behaviour);
            if (script != null) {
                visits.start(behaviour, script, System.nanoTime() + timeoutNanos);
            }
        }
    }

    private void lookAfterOthers() {
        probes.look();
        visits.turn();
    }

    private int underWay() {
        return probes.size() + visits.size();
    }

    private void nap() {
        long left = pace.nextNanos() - System.nanoTime();
        LockSupport.parkNanos(Math.max(1, Math.min(left, NAP_NANOS)));
    }
}
