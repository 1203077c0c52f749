package io.acceptor.bench.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Who has a listener open.
 *
 * @param uid the user whose it is
 * @param pid the process, if we may look into it; of several that have the same socket open, the one with the lowest number, which
 *     is most often the parent
 * @param command its command line, on one line; empty with the pid
 * @param others how many more processes have the same socket open
 */
record Owner(int uid, OptionalLong pid, String command, int others) {
    private static final Path PROC = Path.of("/proc");
    private static final String SOCKET = "socket:[";

    /**
     * The owners of listeners, found in one walk over the processes of this machine.
     *
     * @return by the inode of the listener, in the order of the listeners
     */
    static Map<Long, Owner> of(Collection<TcpRow> listeners) {
        Map<Long, Owner> owners = new LinkedHashMap<>();
        listeners.forEach(row -> owners.put(row.inode(), new Owner(row.uid(), OptionalLong.empty(), "", 0)));
        if (!owners.isEmpty()) {
            ProcessHandle.allProcesses()
                    .mapToLong(ProcessHandle::pid)
                    .sorted()
                    .forEach(pid -> openSockets(pid)
                            .keySet()
                            .forEach(inode -> owners.computeIfPresent(inode, (key, owner) -> owner.with(pid))));
        }
        return owners;
    }

    private Owner with(long another) {
        return pid.isPresent()
                ? new Owner(uid, pid, command, others + 1)
                : new Owner(uid, OptionalLong.of(another), command(another), 0);
    }

    /** By inode. Empty as well where we may not look: another user's process, without root. */
    private static Map<Long, Path> openSockets(long pid) {
        Map<Long, Path> sockets = new HashMap<>();
        try (DirectoryStream<Path> descriptors =
                Files.newDirectoryStream(folder(pid).resolve("fd"))) {
            for (Path descriptor : descriptors) {
                String target = target(descriptor);
                if (target.startsWith(SOCKET)) {
                    sockets.put(Long.parseLong(target, SOCKET.length(), target.length() - 1, 10), descriptor);
                }
            }
        } catch (IOException | DirectoryIteratorException notPermittedOrGone) {
            return sockets;
        }
        return sockets;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static String command(long pid) {
        try {
            return Files.readString(folder(pid).resolve("cmdline"), StandardCharsets.UTF_8)
                    .replaceAll("[\\s\\p{Cntrl}]+", " ")
                    .strip();
        } catch (IOException gone) {
            return "";
        }
    }

    private static Path folder(long pid) {
        return PROC.resolve(Long.toString(pid));
    }

    /** The owner as people are told: "pid 4711: java -jar app.jar". */
    String text() {
        if (pid.isEmpty()) {
            return "of user " + uid + "; " + whyUnknown();
        }
        return "pid " + pid.getAsLong() + (others > 0 ? " and " + others + " more" : "") + ": " + command;
    }

    private static String whyUnknown() {
        return ProcessStatus.ourselves().map(ProcessStatus::uid).orElse(-1) == 0
                ? "no process of this pid namespace has it open"
                : "not permitted to see which process (run as that user or root)";
    }

    /** The last part of the program's path, for tables. */
    String program() {
        String[] words = command.split(" ", 2);
        return words[0].substring(words[0].lastIndexOf('/') + 1);
    }

    /** The pids of some owners, each once. */
    static long[] pids(Collection<Owner> owners) {
        return owners.stream().collect(Collectors.toSet()).stream()
                .flatMapToLong(owner -> owner.pid().stream())
                .distinct()
                .sorted()
                .toArray();
    }
}
