package io.acceptor.exhaustion;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;

/**
 * The places of the library where memory, a thread or a system call is asked for, numbered by {@link FaultInjectingLoader}, and what
 * happens there: one of them can be armed to fail. Thread-safe.
 */
public final class FaultPoints {
    private static final int NONE = -1;
    private static final List<String> NAMES = new ArrayList<>(); // guarded by the class
    private static final BitSet PASSED = new BitSet(); // guarded by the class

    private static int armed = NONE; // guarded by the class
    private static Supplier<? extends Throwable> fault = OutOfMemoryError::new; // guarded by the class

    private FaultPoints() {}

    /** Gives a place its number. Two on a line are one, and so are those of several loaders. */
    static synchronized int define(String name) {
        int known = NAMES.indexOf(name);
        if (known < 0) {
            NAMES.add(name);
            return NAMES.size() - 1;
        }
        return known;
    }

    static synchronized String name(int point) {
        return NAMES.get(point);
    }

    /** The one call in a method. */
    static synchronized int find(String method, String call) {
        for (String name : NAMES) {
            if (name.startsWith(method + ":") && name.endsWith(" " + call)) {
                return NAMES.indexOf(name);
            }
        }
        throw new IllegalArgumentException("no " + call + " in " + method);
    }

    /** Which places have been passed since the last call. */
    static synchronized BitSet passed() {
        BitSet passed = (BitSet) PASSED.clone();
        PASSED.clear();
        return passed;
    }

    /** Has one place throw when it is passed the next time. */
    static synchronized void arm(int point, Supplier<? extends Throwable> what) {
        fault = what;
        armed = point;
    }

    static synchronized void disarm() {
        armed = NONE;
    }

    /** Called by the library's code at each place. */
    public static synchronized void pass(int point) throws Throwable {
        PASSED.set(point);
        if (point == armed) {
            armed = NONE;
            throw fault.get();
        }
    }
}
