package io.acceptor.agent;

import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which class loaders resolve the classes that new call sites name to the agent's own copies. Each is asked once, for all of
 * them, and held weakly. Thread-safe.
 *
 * <p>The JVM keeps what a loader has answered. So a loader that answers by who asks, as Felix does, gives the program's classes
 * the same answer as us.
 */
final class LoaderVisibility {
    private static final Logger LOG = LoggerFactory.getLogger(LoaderVisibility.class);

    private final List<Class<?>> named;
    private final Map<ClassLoader, Boolean> known =
            new WeakHashMap<>(); // guarded by itself, never while a loader is asked
    /** Set while a thread asks: what the loader loads in order to answer is left alone. */
    private final ThreadLocal<Boolean> asking = new ThreadLocal<>();

    LoaderVisibility(List<Class<?>> named) {
        this.named = named;
    }

    boolean sees(ClassLoader loader) {
        Boolean answer;
        synchronized (known) {
            answer = known.get(loader);
        }
        if (answer != null) {
            return answer;
        }
        if (asking.get() != null) {
            return false;
        }
        boolean sees = ask(loader);
        boolean first;
        synchronized (known) {
            first = known.put(loader, sees) == null;
        }
        if (first && !sees) {
            LOG.info("left the classes of {} alone: it does not see the agent", loader);
        }
        return sees;
    }

    private boolean ask(ClassLoader loader) {
        asking.set(true);
        try {
            for (Class<?> own : named) {
                if (Class.forName(own.getName(), false, loader) != own) {
                    return false;
                }
            }
            return true;
        } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
            return false;
        } finally {
            asking.remove();
        }
    }
}
