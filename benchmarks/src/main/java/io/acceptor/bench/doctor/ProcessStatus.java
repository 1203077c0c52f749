package io.acceptor.bench.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What {@code /proc/PID/status} says of a process. Immutable.
 *
 * @param uid the user it runs as (effective)
 * @param state a letter of {@code proc_pid_status(5)}: R, S, D, T (stopped), t (traced), Z (dead)
 * @param caughtSignals the mask SigCgt, whose lowest bit is signal 1
 */
record ProcessStatus(int uid, char state, long caughtSignals) {
    private static final int SIGQUIT = 3;
    private static final int HEX = 16;

    /** Of a process; empty if it is gone. */
    static Optional<ProcessStatus> of(long pid) {
        return of(Path.of("/proc", Long.toString(pid), "status"));
    }

    /** Of this process. */
    static Optional<ProcessStatus> ourselves() {
        return of(Path.of("/proc/self/status"));
    }

    private static Optional<ProcessStatus> of(Path file) {
        try {
            return Optional.of(parsed(Files.readAllLines(file).stream()
                    .map(line -> line.split(":\\s*", 2))
                    .filter(words -> words.length == 2)
                    .collect(Collectors.toMap(words -> words[0], words -> words[1], (first, again) -> first))));
        } catch (IOException | IllegalArgumentException goneOrGarbled) {
            return Optional.empty();
        }
    }

    /** Of the lines by their labels. {@code Uid} holds the real, the effective, the saved and the file system's. */
    static ProcessStatus parsed(Map<String, String> lines) {
        String[] uids = lines.getOrDefault("Uid", "").split("\\s+", -1);
        if (uids.length < 2) {
            throw new IllegalArgumentException("no Uid in " + lines);
        }
        return new ProcessStatus(
                Integer.parseInt(uids[1]),
                lines.getOrDefault("State", "?").charAt(0),
                Long.parseUnsignedLong(lines.getOrDefault("SigCgt", "0"), HEX));
    }

    boolean isRunnable() {
        return "RSDI".indexOf(state) >= 0;
    }

    boolean catchesSigquit() {
        return (caughtSignals >>> (SIGQUIT - 1) & 1) != 0;
    }
}
