package io.acceptor.bench.measure;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The CPU time, user and system, that a process has used: all its threads, those that have ended included.
 *
 * <p>On 64-bit Linux it is {@code clock_gettime(CLOCK_PROCESS_CPUTIME_ID)}, which counts nanoseconds. The JDK's own
 * figure counts ticks of 10 ms, too coarse for an idle second; it serves elsewhere.
 */
public final class ProcessCpu {
    /** {@code CLOCK_PROCESS_CPUTIME_ID} of include/uapi/linux/time.h. */
    private static final int LINUX_PROCESS_CLOCK = 2;

    private static final boolean HAS_CLOCKS = register();

    private ProcessCpu() {}

    /** Microseconds since the process started, or null where the platform does not say. */
    public static @Nullable Long micros() {
        long nanos = HAS_CLOCKS ? read(LINUX_PROCESS_CLOCK) : fromTicks();
        return nanos < 0 ? null : TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    /**
     * The same of another process of this user; null where the platform does not say, or once it has ended.
     *
     * @param pid its id
     */
    public static @Nullable Long microsOf(long pid) {
        if (!HAS_CLOCKS) {
            return null;
        }
        long nanos = read(clockOf(pid));
        return nanos < 0 ? null : TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    /** As clock_getcpuclockid(3) makes it: {@code CPUCLOCK_SCHED} of include/linux/posix-timers.h, which is 2. */
    private static int clockOf(long pid) {
        return (int) (~pid << 3 | 2);
    }

    private static boolean register() {
        if (!Platform.isLinux() || !Platform.is64Bit()) {
            return false;
        }
        try {
            Native.register(CLibrary.class, Platform.C_LIBRARY_NAME);
            return true;
        } catch (UnsatisfiedLinkError noNativeCalls) {
            return false;
        }
    }

    private static long read(int clock) {
        long[] secondsAndNanos = new long[2];
        int failed = CLibrary.clock_gettime(clock, secondsAndNanos);
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
