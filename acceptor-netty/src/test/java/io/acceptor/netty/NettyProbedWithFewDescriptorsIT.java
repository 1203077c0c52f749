package io.acceptor.netty;

import io.acceptor.it.ProbedWithFewDescriptors;
import java.nio.file.Path;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A flood of probes with few descriptors: on every transport, as a whole server and as a guard. */
@Timeout(180)
@EnabledOnOs(OS.LINUX)
class NettyProbedWithFewDescriptorsIT {
    /** With one request for many connections, the kernel accepts as many as there are descriptors, before we hear of them. */
    private static final String ACCEPTS_AHEAD =
            "(accept failed \\((transient|exhausted)\\): .*Too many open files|accepting works again.*)";

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
                NettyExhaustedDescriptorsIT.server(transport, kind),
                multishot ? ACCEPTS_AHEAD : "",
                directory,
                reporter);
    }
}
