package io.acceptor.bench.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who has a listener open.
 *
 * @param uid the user whose it is
 * @param pid the process, if we may look into it
 * @param command its command line; empty with the pid
 */
record Owner(int uid, OptionalLong pid, String command) {
    private static final Path PROC = Path.of("/proc");

    /** Of the listener at an address; empty if it cannot be found. */
    static Optional<Owner> of(InetSocketAddress local) {
        try {
            return ListenRow.at(local.getPort()).stream()
                    .filter(row -> row.local().equals(local))
                    .findFirst()
                    .map(Owner::of);
        } catch (IOException noTables) {
            return Optional.empty();
        }
    }

    /** Of several processes that share the listener, the one with the lowest number: most often the parent. */
    private static Owner of(ListenRow listener) {
        String socket = "socket:[" + listener.inode() + "]";
        OptionalLong pid = ProcessHandle.allProcesses()
                .mapToLong(ProcessHandle::pid)
                .sorted()
                .filter(candidate -> hasOpen(candidate, socket))
                .findFirst();
        return new Owner(listener.uid(), pid, pid.isPresent() ? command(pid.getAsLong()) : "");
    }

    /** False as well where we may not look: another user's process, without root. */
    private static boolean hasOpen(long pid, String socket) {
        try (DirectoryStream<Path> descriptors =
                Files.newDirectoryStream(PROC.resolve(Long.toString(pid)).resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (linksTo(descriptor, socket)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException notPermittedOrGone) {
            return false;
        }
        return false;
    }

    private static boolean linksTo(Path descriptor, String socket) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(socket);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    private static String command(long pid) {
        try {
            return Files.readString(PROC.resolve(Long.toString(pid)).resolve("cmdline"), StandardCharsets.UTF_8)
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException gone) {
            return "";
        }
    }
}
