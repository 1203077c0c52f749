package io.acceptor.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/**
 * What this process uses of the machine. Null for what the platform does not say.
 *
 * @param openFds open file descriptors
 * @param threads live threads of the JVM that run Java
 * @param cpuMicros CPU time used so far, user and system
 * @param heapUsed bytes of heap, garbage included
 */
record ProcessUsage(
        @Nullable Long openFds,
        @Nullable Long threads,
        @Nullable Long cpuMicros,
        @Nullable Long heapUsed) {

    /** Reads it; the CPU time last, so that taking the others is in it and not in the next phase. */
    static ProcessUsage now() {
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
}
