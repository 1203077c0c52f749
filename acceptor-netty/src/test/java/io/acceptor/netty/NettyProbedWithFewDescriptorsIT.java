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
        ProbedWithFewDescriptors.assertNothingHappens(
                NettyExhaustedDescriptorsIT.server(transport, kind), directory, reporter);
    }
}
