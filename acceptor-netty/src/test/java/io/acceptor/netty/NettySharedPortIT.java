package io.acceptor.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.contract.NamespaceJvm;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A port that several event loops share, in network namespaces made for it. */
@Timeout(120)
class NettySharedPortIT {
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void severalAcceptorsGetAnyFreePortWhoeverTakesPortsBeside(NettyTransport transport) throws Exception {
        assertThat(NamespaceJvm.run(NettySharedPort.class, transport.name())).contains("200 started");
    }
}
