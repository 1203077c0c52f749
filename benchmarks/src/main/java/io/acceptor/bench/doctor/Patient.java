package io.acceptor.bench.doctor;

import io.acceptor.queue.AcceptQueue;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is examined: the listener at one address and port, or the group of them that SO_REUSEPORT allows there.
 *
 * @param port the port
 * @param queue its accept queue; empty if no listener was found
 * @param owner who has it open; empty if that is not in the kernel's tables
 */
record Patient(int port, Optional<AcceptQueue> queue, Optional<Owner> owner) {

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
        return new Patient(port, queue, queue.flatMap(found -> Owner.of(found.local())));
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
