package io.acceptor.netty;

import io.acceptor.it.ExhaustedDescriptors;
import io.acceptor.it.ProbedWithFewDescriptors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers on Netty's transports that may open few descriptors: flooded with probes, and out of descriptors. */
@Timeout(180)
class NettyExhaustedDescriptorsIT extends ExhaustedDescriptors {
    private static final Duration FLOOD = Duration.ofSeconds(1);
    /** With one request for many connections, the kernel accepts as many as there are descriptors, before we hear of them. */
    private static final String ACCEPTS_AHEAD =
            "(accept failed \\((transient|exhausted)\\): .*Too many open files|accepting works again.*)";

    private static Server server(NettyTransport transport, String kind) {
        Transports.assumeAvailable(transport);
        return new Server(ExhaustedNettyServer.class, false, true, "", List.of(transport.name(), kind));
    }

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void clientsAreAnsweredAllAlongAndItComesBack(
            NettyTransport transport, @TempDir Path directory, TestReporter reporter) throws Exception {
        assertAnswersAllAlongAndComesBack(server(transport, "acceptor"), FLOOD, directory, reporter);
    }

    @ParameterizedTest
    @CsvSource({
        "NIO, acceptor",
        "NIO, guard",
        "EPOLL, acceptor",
        "EPOLL, guard",
        "IO_URING, single-shot",
        "IO_URING, acceptor",
        "IO_URING, guard"
    })
    void probesChangeNothing(NettyTransport transport, String kind, @TempDir Path directory, TestReporter reporter)
            throws Exception {
        boolean multishot = transport == NettyTransport.IO_URING && !kind.equals("single-shot");
        ProbedWithFewDescriptors.assertNothingHappens(
                server(transport, kind), multishot ? ACCEPTS_AHEAD : "", directory, reporter);
    }
}
