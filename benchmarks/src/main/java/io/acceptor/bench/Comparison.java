package io.acceptor.bench;

import io.acceptor.bench.Trial.Subject;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Puts servers through scenarios: rounds interleaved (A B A B), a fresh process for each trial. */
final class Comparison {
    private final TrialPlan plan;
    private final int rounds;
    private final PrintWriter progress;

    /**
     * Prepares it.
     *
     * @param progress gets a line for each trial
     */
    Comparison(TrialPlan plan, int rounds, PrintWriter progress) {
        this.plan = plan;
        this.rounds = rounds;
        this.progress = progress;
    }

    /** Runs it. A server that cannot be measured is told as an invalid trial. */
    List<Trial> run(List<Scenario> scenarios, List<String> servers) {
        SourceAddresses sources = new SourceAddresses();
        List<Trial> trials = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            say("%s: %s", scenario.label(), scenario.question());
            for (int round = 1; round <= rounds; round++) {
                for (String server : servers) {
                    Trial trial = run(scenario, server, round, sources);
                    trials.add(trial);
                    tell(trial);
                }
            }
        }
        return trials;
    }

    private Trial run(Scenario scenario, String server, int round, SourceAddresses sources) {
        try (TrialRun run = TrialRun.start(scenario, server, plan, sources)) {
            return run.run(round);
        } catch (IOException lost) {
            String complaint = Optional.ofNullable(lost.getMessage()).orElse(lost.toString());
            return new Trial(
                    new Subject(scenario.label(), server, round), List.of(complaint), Map.of(), Map.of(), List.of());
        }
    }

    private void tell(Trial trial) {
        StringBuilder text = new StringBuilder();
        for (Figure figure : List.of(
                Figure.GREETED_PER_SECOND,
                Figure.SUCCESS,
                Figure.P99,
                Figure.MICROS_PER_PROBE,
                Figure.MICROS_PER_GREETED,
                Figure.PEAK_FDS,
                Figure.PEAK_QUEUE,
                Figure.RECOVERY)) {
            Double value = trial.figure(figure);
            if (value != null) {
                text.append(String.format(
                        Locale.ROOT, "; %s %,." + figure.decimals() + "f %s", figure.label(), value, figure.unit()));
            }
        }
        say("  round %d, %s%s", trial.subject().round(), trial.subject().server(), text);
        trial.complaints().forEach(complaint -> say("    INVALID: %s", complaint));
    }

    private void say(String format, Object... arguments) {
        progress.printf(Locale.ROOT, format + "%n", arguments);
        progress.flush();
    }
}
