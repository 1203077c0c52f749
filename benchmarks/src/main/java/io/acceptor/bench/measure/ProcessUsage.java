package io.acceptor.bench.measure;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a process uses of the machine. Null for what the platform does not say.
 *
 * @param openFds open file descriptors
 * @param threads of this JVM those that run Java, of another process all
 * @param cpuMicros CPU time used so far, user and system
 * @param heapUsed bytes of heap, garbage included; null for another process
 */
public record ProcessUsage(
        @Nullable Long openFds,
        @Nullable Long threads,
        @Nullable Long cpuMicros,
        @Nullable Long heapUsed) {

    /** Of this process or another one of the same user. */
    public static ProcessUsage of(long pid) {
        return pid == ProcessHandle.current().pid() ? ofThisProcess() : ofAnother(pid);
    }

    /** Reads the CPU time last, so that taking the others is in it and not in the next phase. */
    private static ProcessUsage ofThisProcess() {
        Long fds = openDescriptors();
        long threads = ManagementFactory.getThreadMXBean().getThreadCount();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new ProcessUsage(fds, threads, ProcessCpu.micros(), heap);
    }

    private static @Nullable Long openDescriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : null;
    }

    private static ProcessUsage ofAnother(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        return new ProcessUsage(
                entries(process.resolve("fd")), entries(process.resolve("task")), ProcessCpu.microsOf(pid), null);
    }

    private static @Nullable Long entries(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        } catch (IOException notLinuxOrEnded) {
            return null;
        }
    }
}
