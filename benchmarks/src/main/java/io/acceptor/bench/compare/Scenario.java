package io.acceptor.bench.compare;

import io.acceptor.bench.flood.FloodPlan.Load;
import java.util.Arrays;
import java.util.Locale;

/** What {@code compare} puts servers through, by the names that the command line uses. */
enum Scenario {
    GREETED("How many clients a second are greeted when there are no probes?", Load.closed(Sizes.AT_ONCE)),
    PROBES_1K("What do 1,000 probes a second do to clients?", Load.open(1_000)),
    PROBES_10K("What do 10,000 probes a second do to clients?", Load.open(10_000)),
    PROBES_50K("What do 50,000 probes a second do to clients?", Load.open(50_000)),
    PROBES_MAX("What do as many probes as there can be do to clients?", Load.closed(Sizes.AT_ONCE)),
    DESCRIPTORS(
            "Clients that stay use up the descriptors while 1,000 probes a second come: does the server come back?",
            Load.open(Sizes.PROBES_AND_STAYERS));

    /** Of the scenarios above. */
    private static final class Sizes {
        private static final int AT_ONCE = 16;

        /** 1,000 probes and 250 clients that stay, a second. */
        private static final int PROBES_AND_STAYERS = 1_250;

        private Sizes() {}
    }

    private final String question;

    @SuppressWarnings("ImmutableEnumChecker") // A record of two numbers.
    private final Load load;

    Scenario(String question, Load load) {
        this.question = question;
        this.load = load;
    }

    /** As the command line has it. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String question() {
        return question;
    }

    /** Of the scenario with that label; empty if there is none. */
    static String questionOf(String label) {
        return Arrays.stream(values())
                .filter(each -> each.label().equals(label))
                .map(Scenario::question)
                .findFirst()
                .orElse("");
    }

    Load load() {
        return load;
    }

    /** Whether it is about probes, with and without clients beside them. */
    boolean floods() {
        return this != GREETED && this != DESCRIPTORS;
    }
}
