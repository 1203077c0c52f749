package io.acceptor.engine;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The chain of an exception and its causes. */
public final class Causes {
    /** Longer chains are not followed, and circular ones end here. */
    private static final int MAX = 64;

    private Causes() {}

    /** Whether an exception, or one of its causes, is like this. Null is not. */
    public static boolean anyOf(@Nullable Throwable failure, Predicate<Throwable> like) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX; depth++) {
            if (like.test(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
