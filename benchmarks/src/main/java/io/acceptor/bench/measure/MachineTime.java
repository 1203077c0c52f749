package io.acceptor.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * What all processors together have done since boot, from the first line of {@code /proc/stat}. Not a number elsewhere.
 *
 * @param busyMicros not idle; what a hypervisor took away counts as busy
 * @param allMicros busy or idle
 */
public record MachineTime(double busyMicros, double allMicros) {
    private static final Path STAT = Path.of("/proc/stat");

    /** {@code USER_HZ} is 100 on every architecture in use (include/asm-generic/param.h). */
    private static final double MICROS_PER_TICK = 10_000;

    /** Of proc(5): user nice system idle iowait irq softirq steal; the guest times after them are in user already. */
    private static final int FIELDS = 8;

    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;

    public static MachineTime now() {
        try (Stream<String> lines = Files.lines(STAT, StandardCharsets.US_ASCII)) {
            return parse(lines.findFirst().orElse(""));
        } catch (IOException notLinux) {
            return new MachineTime(Double.NaN, Double.NaN);
        }
    }

    /** Reads "cpu  12 0 34 56 ...". */
    static MachineTime parse(String line) {
        double[] ticks = Arrays.stream(line.trim().split("\\s+"))
                .skip(1)
                .limit(FIELDS)
                .mapToDouble(Double::parseDouble)
                .toArray();
        if (ticks.length < FIELDS) {
            return new MachineTime(Double.NaN, Double.NaN);
        }
        double all = Arrays.stream(ticks).sum();
        return new MachineTime((all - ticks[IDLE] - ticks[IO_WAIT]) * MICROS_PER_TICK, all * MICROS_PER_TICK);
    }

    /**
     * The share of the machine, since then, that went to others.
     *
     * @param then an earlier moment
     * @param oursMicros what we know of
     * @return from 0 to 1, or NaN if unknown
     */
    public double othersSince(MachineTime then, double oursMicros) {
        double others = busyMicros - then.busyMicros - oursMicros;
        return Math.max(0, others) / (allMicros - then.allMicros);
    }
}
