package io.acceptor.bench.flood;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Scanner;
import java.util.Set;

/** Keeps a flood from using up the ephemeral ports of its source addresses, on which everyone else depends too. */
final class PortGuard {
    private static final Path RANGE = Path.of("/proc/sys/net/ipv4/ip_local_port_range");

    /** Linux's default range, 32768 to 60999, where it cannot be read. */
    private static final int DEFAULT_PORTS = 28_232;

    /** TCP_TIMEWAIT_LEN of include/net/tcp.h: who closes first keeps its port so long. */
    private static final int TIME_WAIT_SECONDS = 60;

    private static final double MOST_SHARE = 0.5;

    /** What a closed loop of visitors by channels can make of itself. */
    private static final double CLOSED_LOOP_RATE = 20_000;

    /** Those that leave nothing behind. */
    private static final Set<Behaviour> RESETTING =
            EnumSet.of(Behaviour.RESET, Behaviour.RESET_AFTER, Behaviour.RESET_GREETED, Behaviour.PROXY_LOCAL);

    private PortGuard() {}

    /** What is wrong with so many visitors from so many addresses; empty if nothing is. */
    static Optional<String> objection(FloodPlan plan, int victimsPerSecond, int sources) {
        return objection(plan, victimsPerSecond, sources, portsEach());
    }

    static Optional<String> objection(FloodPlan plan, int victimsPerSecond, int sources, int portsEach) {
        double closing = 1 - RESETTING.stream().mapToDouble(plan.mix()::share).sum();
        double rate = plan.load().isOpen() ? plan.load().perSecond() : CLOSED_LOOP_RATE;
        int seconds = (int) Math.min(TIME_WAIT_SECONDS, plan.bounds().length().toSeconds());
        double ports = Math.min((double) plan.bounds().most(), rate * seconds) * closing + victimsPerSecond * seconds;
        double most = MOST_SHARE * portsEach * sources;
        return ports <= most
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "this would leave %,.0f ports in TIME_WAIT, more than half of the %,d that %d source address(es)"
                                + " have; take more --sources, a lower rate, or visitors that reset",
                        ports,
                        (long) portsEach * sources,
                        sources));
    }

    private static int portsEach() {
        try (Scanner range = new Scanner(RANGE, StandardCharsets.US_ASCII)) {
            int from = range.nextInt();
            return range.nextInt() - from + 1;
        } catch (IOException notLinux) {
            return DEFAULT_PORTS;
        }
    }
}
