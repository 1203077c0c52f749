package io.acceptor.agent;

import java.util.Map;
import java.util.WeakHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which class loaders resolve a class of the agent to the agent's own copy. Each is asked once, and held weakly. Thread-safe.
 */
final class LoaderVisibility {
    private static final Logger LOG = LoggerFactory.getLogger(LoaderVisibility.class);

    private final Class<?> own;
    private final Map<ClassLoader, Boolean> known =
            new WeakHashMap<>(); // guarded by itself, never while a loader is asked
    /** Set while a thread asks: what the loader loads in order to answer is left alone. */
    private final ThreadLocal<Boolean> asking = new ThreadLocal<>();

    LoaderVisibility(Class<?> own) {
        this.own = own;
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
            return Class.forName(own.getName(), false, loader) == own;
        } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
            return false;
        } finally {
            asking.remove();
        }
    }
}
