package io.acceptor.bench.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is examined: the listeners at one address and port, of which there are several with SO_REUSEPORT.
 *
 * @param port the port
 * @param readable whether the kernel's tables of listeners can be read
 * @param listeners those found there
 * @param owner who has the first of them open; empty if there is none
 */
record Patient(int port, boolean readable, List<ListenRow> listeners, Optional<Owner> owner) {
    Patient {
        listeners = List.copyOf(listeners);
    }

    /**
     * Looks it up.
     *
     * @param host the local address; a listener on all addresses fits if there is none on this one. Null for the only one
     *     that listens at the port
     * @throws IllegalArgumentException if the host is unknown, or null where there are several addresses to choose from
     */
    static Patient find(int port, @Nullable String host) {
        List<ListenRow> all;
        try {
            all = ListenRow.at(port);
        } catch (IOException noTables) {
            return new Patient(port, false, List.of(), Optional.empty());
        }
        List<ListenRow> chosen = host == null ? only(all) : fitting(all, resolved(host));
        return new Patient(port, true, chosen, chosen.stream().findFirst().map(Owner::of));
    }

    private static List<ListenRow> only(List<ListenRow> all) {
        TreeSet<String> addresses =
                all.stream().map(row -> text(row.local())).collect(Collectors.toCollection(TreeSet::new));
        if (addresses.size() > 1) {
            throw new IllegalArgumentException(
                    "there are listeners at " + String.join(", ", addresses) + ": say which by --host");
        }
        return all;
    }

    private static List<ListenRow> fitting(List<ListenRow> all, InetAddress host) {
        List<ListenRow> exact = all.stream()
                .filter(row -> row.local().getAddress().equals(host))
                .toList();
        if (!exact.isEmpty()) {
            return exact;
        }
        return only(all.stream()
                .filter(row -> row.local().getAddress().isAnyLocalAddress())
                .toList());
    }

    private static InetAddress resolved(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--host must be an address of this machine, was " + host, e);
        }
    }

    boolean listening() {
        return !listeners.isEmpty();
    }

    /** Whether it is known that nothing listens, now. */
    boolean gone() {
        if (!readable) {
            return false;
        }
        try {
            return !listening()
                    || ListenRow.at(port).stream().noneMatch(row -> row.local().equals(local()));
        } catch (IOException noTables) {
            return false;
        }
    }

    /** The address that all its listeners have. */
    InetSocketAddress local() {
        return listeners.get(0).local();
    }

    /** "[::]:4000", "127.0.0.1:4000", or "port 4000" where nothing listens. */
    String name() {
        return listening() ? text(local()) : "port " + port;
    }

    /** As people write it: an address of IPv6 in brackets, its zeroes left out. */
    static String text(InetSocketAddress local) {
        String host = local.getAddress().getHostAddress();
        String written = host.contains(":") ? "[" + host.replaceFirst("(^|:)0(:0)+(:|$)", "::") + "]" : host;
        return written + ":" + local.getPort();
    }
}
