package io.acceptor.bench.flood;

import io.acceptor.bench.measure.SourceAddresses;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Where probes get their sockets from. Of one thread. */
interface ProbeSockets extends AutoCloseable {
    /** A socket that is not connected; null if there is no descriptor to be had. */
    @Nullable
    ProbeSocket take();

    /** Takes back one that has been reset. */
    void giveBack(ProbeSocket socket);

    @Override
    void close();

    /** By system calls where that is possible, else by channels of the JDK. */
    static ProbeSockets to(InetSocketAddress target, SourceAddresses sources) {
        boolean bySystemCalls = LinuxSockets.available() && target.getAddress() instanceof Inet4Address;
        return bySystemCalls ? new NativeProbeSockets(target, sources) : new ChannelProbeSockets(target, sources);
    }
}
