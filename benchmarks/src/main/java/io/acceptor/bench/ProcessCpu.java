package io.acceptor.bench;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The CPU time, user and system, that this process has used: all its threads, those that have ended included.
 *
 * <p>On 64-bit Linux it is {@code clock_gettime(CLOCK_PROCESS_CPUTIME_ID)}, which counts nanoseconds. The JDK's own
 * figure counts ticks of 10 ms, too coarse for an idle second; it serves elsewhere.
 */
final class ProcessCpu {
    /** {@code CLOCK_PROCESS_CPUTIME_ID} of include/uapi/linux/time.h. */
    private static final int LINUX_PROCESS_CLOCK = 2;

    private static final LongSupplier NANOS = best();

    private ProcessCpu() {}

    /** Microseconds since the process started, or null where the platform does not say. */
    static @Nullable Long micros() {
        long nanos = NANOS.getAsLong();
        return nanos < 0 ? null : TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    private static LongSupplier best() {
        if (Platform.isLinux() && Platform.is64Bit()) {
            try {
                Native.register(CLibrary.class, Platform.C_LIBRARY_NAME);
                return ProcessCpu::fromClock;
            } catch (UnsatisfiedLinkError noNativeCalls) {
                return ProcessCpu::fromTicks;
            }
        }
        return ProcessCpu::fromTicks;
    }

    private static long fromClock() {
        long[] secondsAndNanos = new long[2];
        int failed = CLibrary.clock_gettime(LINUX_PROCESS_CLOCK, secondsAndNanos);
        return failed == 0 ? TimeUnit.SECONDS.toNanos(secondsAndNanos[0]) + secondsAndNanos[1] : -1;
    }

    private static long fromTicks() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                ? os.getProcessCpuTime()
                : -1;
    }

    /** Bound by JNA. */
    private static final class CLibrary {
        private CLibrary() {}

        static native int clock_gettime(int clock, long[] timespec);
    }
}
