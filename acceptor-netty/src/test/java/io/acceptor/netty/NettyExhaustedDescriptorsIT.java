package io.acceptor.netty;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.acceptor.it.ExhaustedDescriptors;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers on Netty's transports, flooded and out of descriptors. */
@Timeout(180)
class NettyExhaustedDescriptorsIT extends ExhaustedDescriptors {

    @ParameterizedTest
    @EnumSource(names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void clientsAreAnsweredAllAlongAndItComesBack(
            NettyTransport transport, @TempDir Path directory, TestReporter reporter) throws Exception {
        assumeTrue(transport.isAvailable(), () -> transport + " is not available: " + transport.unavailability());
        Server server = new Server(ExhaustedNettyServer.class, false, true, "", List.of(transport.name()));
        assertAnswersAllAlongAndComesBack(server, directory, reporter);
    }
}
