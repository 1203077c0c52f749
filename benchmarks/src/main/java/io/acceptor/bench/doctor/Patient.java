package io.acceptor.bench.doctor;

import io.acceptor.queue.AcceptQueue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is examined: the listener at one address and port, or the group of them that SO_REUSEPORT allows there.
 *
 * @param port the port
 * @param queue its accept queue; empty if no listener was found
 * @param owners who has each listener open, by its inode; empty if that is not in the kernel's tables
 */
record Patient(int port, Optional<AcceptQueue> queue, Map<Long, Owner> owners) {

    /**
     * Looks it up.
     *
     * @param host the local address; a listener on all addresses fits if there is none on this one. Null for the only one
     *     that listens at the port
     * @throws IllegalArgumentException if the host is unknown, or null where there are several addresses to choose from
     */
    static Patient find(int port, @Nullable String host) {
        List<AcceptQueue> all = AcceptQueue.at(port);
        Optional<AcceptQueue> queue = host == null ? only(all) : fitting(all, resolved(host));
        return new Patient(port, queue, queue.isPresent() ? owners(queue.get().local()) : Map.of());
    }

    private static Map<Long, Owner> owners(InetSocketAddress local) {
        try {
            return Owner.of(TcpRow.listenersAt(local));
        } catch (IOException noTables) {
            return Map.of();
        }
    }

    /**
     * All that is listened at in this network namespace.
     *
     * @throws IOException if the kernel's tables cannot be read
     */
    static List<Patient> all() throws IOException {
        List<TcpRow> rows = TcpRow.listeners();
        Map<Long, Owner> owners = Owner.of(rows);
        List<Patient> all = new ArrayList<>();
        rows.stream()
                .map(row -> row.local().getPort())
                .distinct()
                .sorted()
                .forEach(port -> AcceptQueue.at(port)
                        .forEach(queue ->
                                all.add(new Patient(port, Optional.of(queue), ownersAt(queue.local(), rows, owners)))));
        return all;
    }

    private static Map<Long, Owner> ownersAt(InetSocketAddress local, List<TcpRow> rows, Map<Long, Owner> owners) {
        Map<Long, Owner> here = new LinkedHashMap<>();
        rows.stream()
                .filter(row -> row.local().equals(local))
                .forEach(row -> here.put(row.inode(), owners.get(row.inode())));
        return here;
    }

    /** Who has the listeners open that nothing is taken from; whoever has one open where that is so of none or of all. */
    Collection<Owner> ownersInTrouble(Observation seen) {
        List<Owner> stalled = seen.stalledListeners().stream()
                .map(SharedListener::inode)
                .filter(owners::containsKey)
                .map(owners::get)
                .toList();
        return stalled.isEmpty() ? owners.values() : stalled;
    }

    private static Optional<AcceptQueue> fitting(List<AcceptQueue> all, InetAddress host) {
        Optional<AcceptQueue> exact = all.stream()
                .filter(queue -> queue.local().getAddress().equals(host))
                .findFirst();
        return exact.isPresent()
                ? exact
                : only(all.stream()
                        .filter(queue -> queue.local().getAddress().isAnyLocalAddress())
                        .toList());
    }

    private static Optional<AcceptQueue> only(List<AcceptQueue> queues) {
        if (queues.size() > 1) {
            String addresses = queues.stream()
                    .map(queue -> text(queue.local()))
                    .collect(Collectors.toCollection(TreeSet::new))
                    .toString();
            throw new IllegalArgumentException("there are listeners at " + addresses + ": say which by --host");
        }
        return queues.stream().findFirst();
    }

    private static InetAddress resolved(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--host must be an address of this machine, was " + host, e);
        }
    }

    /** Whether it is known that nothing listens there, now. */
    boolean gone() {
        boolean unknown =
                AcceptQueue.of(new InetSocketAddress(port), 0, 1).source().equals("none");
        return !unknown
                && (queue.isEmpty()
                        || AcceptQueue.at(port).stream()
                                .noneMatch(
                                        each -> each.local().equals(queue.get().local())));
    }

    /** "[::]:4000", "127.0.0.1:4000", or "port 4000" where nothing listens. */
    String name() {
        return queue.map(found -> text(found.local())).orElse("port " + port);
    }

    /** As people write it: an address of IPv6 in brackets, its zeroes left out. */
    static String text(InetSocketAddress local) {
        String host = local.getAddress().getHostAddress();
        String written = host.contains(":") ? "[" + host.replaceFirst("(^|:)0(:0)+(:|$)", "::") + "]" : host;
        return written + ":" + local.getPort();
    }
}
