package io.acceptor.bench.flood;

import com.sun.jna.Pointer;
import io.acceptor.bench.measure.SourceAddresses;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that are used again and again, by system calls: a probe costs three, and none of them opens or closes a
 * descriptor.
 */
final class NativeProbeSockets implements ProbeSockets {
    /** As many as there are source addresses to take turns with, so that each probe comes from another one. */
    private static final int TAKING_TURNS = 250;

    private final Pointer target;
    private final SourceAddresses sources;
    private final List<NativeProbeSocket> all = new ArrayList<>();
    private final Deque<NativeProbeSocket> free = new ArrayDeque<>();

    NativeProbeSockets(InetSocketAddress target, SourceAddresses sources) {
        this.target = LinuxSockets.address(target);
        this.sources = sources;
    }

    @Override
    public @Nullable ProbeSocket take() {
        boolean another = all.size() < TAKING_TURNS || free.isEmpty();
        NativeProbeSocket opened = another ? open() : null;
        return opened == null ? free.poll() : opened;
    }

    private @Nullable NativeProbeSocket open() {
        int fd = LinuxSockets.open(LinuxSockets.address(sources.next()));
        if (fd < 0) {
            return null;
        }
        NativeProbeSocket socket = new NativeProbeSocket(fd, target);
        all.add(socket);
        return socket;
    }

    @Override
    public void giveBack(ProbeSocket socket) {
        free.add((NativeProbeSocket) socket);
    }

    @Override
    public void close() {
        all.forEach(socket -> LinuxSockets.close(socket.fd));
    }

    /** A descriptor. */
    private record NativeProbeSocket(int fd, Pointer target) implements ProbeSocket {
        /** The first call sends the SYN and never says more than "in progress"; the second says what came of it. */
        @Override
        public @Nullable ProbeEnd connect() {
            return LinuxSockets.connect(fd, target) ? ProbeEnd.DONE : look();
        }

        @Override
        public @Nullable ProbeEnd look() {
            if (LinuxSockets.connect(fd, target)) {
                return ProbeEnd.DONE;
            }
            return switch (LinuxSockets.lastError()) {
                case LinuxSockets.EALREADY -> null;
                case LinuxSockets.ECONNREFUSED -> ProbeEnd.REFUSED;
                case LinuxSockets.ETIMEDOUT -> ProbeEnd.UNANSWERED;
                default -> ProbeEnd.NOT_SENT;
            };
        }

        @Override
        public void reset() {
            LinuxSockets.disconnect(fd);
        }
    }
}
