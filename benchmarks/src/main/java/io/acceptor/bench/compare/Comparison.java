package io.acceptor.bench.compare;

import io.acceptor.bench.compare.Trial.Subject;
import io.acceptor.bench.measure.SourceAddresses;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Puts servers through scenarios: rounds interleaved (A B A B), in each round a fresh process for each server, which goes
 * through one scenario after the other. A server that greets nobody after a scenario is replaced before the next.
 */
final class Comparison {
    private final TrialPlan plan;
    private final int rounds;
    private final PrintWriter progress;
    private final SourceAddresses sources = new SourceAddresses();

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
        TimeLeft left = new TimeLeft(plan, rounds, scenarios, servers.size());
        say("%s", left.announcement());
        List<Trial> trials = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (String server : servers) {
                trials.addAll(run(scenarios, server, round));
                say("  [round %d of %d: %s]", round, rounds, left.after(trials.size()));
            }
        }
        return trials;
    }

    private List<Trial> run(List<Scenario> scenarios, String server, int round) {
        List<Trial> trials = new ArrayList<>();
        WarmServer running = null;
        try {
            for (Scenario scenario : scenarios) {
                Subject subject = new Subject(scenario.label(), server, round);
                try {
                    running = ready(running, scenario, server);
                    trials.add(new TrialRun(scenario, plan, running, sources).run(round));
                } catch (IOException | IllegalStateException | IllegalArgumentException lost) {
                    // Whatever a server does to the generator, the other trials are worth having.
                    trials.add(invalid(subject, lost));
                    running = closed(running);
                }
                tell(trials.get(trials.size() - 1));
            }
        } finally {
            closed(running);
        }
        return trials;
    }

    /** The same once more if it still serves, or never did; else a fresh one. */
    private WarmServer ready(@Nullable WarmServer running, Scenario scenario, String server) throws IOException {
        boolean fewDescriptors = scenario == Scenario.DESCRIPTORS;
        if (running != null && !fewDescriptors && (running.isLostInWarmUp() || running.greetsOne())) {
            return running;
        }
        closed(running);
        return WarmServer.start(server, fewDescriptors, plan, sources);
    }

    private static @Nullable WarmServer closed(@Nullable WarmServer running) {
        if (running != null) {
            running.close();
        }
        return null;
    }

    private static Trial invalid(Subject subject, Exception lost) {
        String complaint = Optional.ofNullable(lost.getMessage()).orElse(lost.toString());
        return new Trial(subject, List.of(complaint), Map.of(), Map.of(), List.of());
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
                text.append(String.format(Locale.ROOT, "; %s %,." + figure.decimals() + "f", figure.label(), value))
                        .append(figure.unit().isEmpty() ? "" : " " + figure.unit());
            }
        }
        Subject subject = trial.subject();
        say("round %d, %s, %s%s", subject.round(), subject.server(), subject.scenario(), text);
        trial.complaints().forEach(complaint -> say("    INVALID: %s", complaint));
    }

    private void say(String format, Object... arguments) {
        progress.printf(Locale.ROOT, format + "%n", arguments);
        progress.flush();
    }
}
