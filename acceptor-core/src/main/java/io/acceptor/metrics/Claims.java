package io.acceptor.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The registries an open acceptor has its meters in, and by what name.
 *
 * <p>A registry gives the second acceptor of a name the meters of the first, without a word: the second's numbers would
 * be lost, and whoever closes first would take the other's meters away. Looking the meters up beforehand does not tell,
 * because filters rename, deny and strip them. So the open acceptors of this JVM are asked.
 */
final class Claims {
    /**
     * All that have a claim; also the lock of every {@link #names}. Held weakly, because registry and acceptor hold each
     * other, and an entry must not keep both for good; a registry with our meters in it holds the entry.
     */
    private static final Set<Claims> LIVE = Collections.newSetFromMap(new WeakHashMap<>());

    private final IdentityHashMap<MeterRegistry, String> names = new IdentityHashMap<>();

    /**
     * Claims a registry for this acceptor.
     *
     * @return false if a claim of this acceptor covers it already
     * @throws IllegalStateException if it overlaps with another's claim of that name, or in part with one of our own
     */
    boolean claim(MeterRegistry registry, String name) {
        Set<MeterRegistry> wanted = reach(registry);
        synchronized (LIVE) {
            for (Claims other : LIVE) {
                if (other != this && other.overlaps(wanted, name)) {
                    throw new IllegalStateException("cannot bind the meters of listener \"" + name + "\" to "
                            + describe(registry) + ": another open acceptor of that name is bound to it;"
                            + " give each a name of its own with name(...)");
                }
            }
            for (MeterRegistry claimed : names.keySet()) {
                Set<MeterRegistry> reached = reach(claimed);
                if (reached.contains(registry)) {
                    return false;
                }
                if (!wanted.contains(claimed) && !Collections.disjoint(reached, wanted)) {
                    throw new IllegalStateException("cannot bind the meters of listener \"" + name + "\" to "
                            + describe(registry) + ": it has members in common with " + describe(claimed)
                            + ", which is bound already, and their timers would count twice; bind to one of the two");
                }
            }
            names.put(registry, name);
            LIVE.add(this);
            return true;
        }
    }

    void release(MeterRegistry registry) {
        synchronized (LIVE) {
            names.remove(registry);
        }
    }

    /** A registry and all those it passes its meters on to. */
    static Set<MeterRegistry> reach(MeterRegistry registry) {
        Set<MeterRegistry> reached = Collections.newSetFromMap(new IdentityHashMap<>());
        addReach(registry, reached);
        return reached;
    }

    static String describe(MeterRegistry registry) {
        return registry.getClass().getSimpleName() + "@" + Integer.toHexString(System.identityHashCode(registry));
    }

    private static void addReach(MeterRegistry registry, Set<MeterRegistry> reached) {
        if (reached.add(registry) && registry instanceof CompositeMeterRegistry composite) {
            for (MeterRegistry member : composite.getRegistries()) {
                addReach(member, reached);
            }
        }
    }

    private boolean overlaps(Set<MeterRegistry> wanted, String name) {
        for (Map.Entry<MeterRegistry, String> claim : names.entrySet()) {
            if (claim.getValue().equals(name) && !Collections.disjoint(reach(claim.getKey()), wanted)) {
                return true;
            }
        }
        return false;
    }
}
