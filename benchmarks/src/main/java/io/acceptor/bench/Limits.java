package io.acceptor.bench;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks the numbers of a command line; what is wrong becomes one line and exit code 2. */
final class Limits {
    /** As many as a round may offer: no generator of this kind can do more, and it bounds what a mistyped zero does. */
    static final int MAX_RATE = 200_000;

    private final CommandSpec spec;

    Limits(CommandSpec spec) {
        this.spec = spec;
    }

    int between(String option, int least, int most, int value) {
        if (value < least || value > most) {
            throw wrong(option + " must be from " + least + " to " + most + ", was " + value);
        }
        return value;
    }

    double between(String option, double least, double most, double value) {
        if (!(value >= least && value <= most)) {
            throw wrong(option + " must be from " + least + " to " + most + ", was " + value);
        }
        return value;
    }

    ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
