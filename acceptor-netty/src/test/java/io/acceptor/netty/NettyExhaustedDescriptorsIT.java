package io.acceptor.netty;

import io.acceptor.it.ExhaustedDescriptors;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers on Netty's transports that are out of descriptors. */
@Timeout(180)
class NettyExhaustedDescriptorsIT extends ExhaustedDescriptors {
    private static final Duration FLOOD = Duration.ofSeconds(1);

    static Server server(NettyTransport transport, String kind) {
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
    @EnumSource(names = {"NIO", "EPOLL"})
    void silentClientsMakeRoom(NettyTransport transport, @TempDir Path directory) throws Exception {
        Transports.assumeAvailable(transport);
        List<String> arguments = List.of(transport.name(), "guard", "room");
        assertSilentOnesMakeRoom(new Server(ExhaustedNettyServer.class, false, true, "", arguments), directory);
    }
}
