package io.acceptor.bench.flood;

import java.util.List;

/**
 * What a visitor does from connected to gone.
 *
 * @param steps one after the other
 * @param resets whether it leaves with a reset; else it closes
 * @param reads whether it takes what the server sends; one that does not has a small receive buffer as well
 */
record Script(List<Step> steps, boolean resets, boolean reads) {
    Script {
        steps = List.copyOf(steps);
    }

    static Script reset(Step... steps) {
        return new Script(List.of(steps), true, true);
    }

    static Script close(Step... steps) {
        return new Script(List.of(steps), false, true);
    }

    static Script deaf(Step... steps) {
        return new Script(List.of(steps), false, false);
    }
}
