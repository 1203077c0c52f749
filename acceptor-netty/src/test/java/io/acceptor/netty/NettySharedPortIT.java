package io.acceptor.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.contract.NamespaceJvm;
import io.acceptor.contract.RestartsUnderLoad;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A port that several event loops share, in network namespaces made for it. */
@Timeout(120)
class NettySharedPortIT {
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void severalAcceptorsGetAnyFreePortWhoeverTakesPortsBeside(NettyTransport transport) throws Exception {
        assertThat(NamespaceJvm.run(NettySharedPort.class, transport.name(), "ports"))
                .contains("200 started");
    }

    /** Two: in the moment of a close, the kernel may find the listener gone that it has just chosen for a client. */
    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void aSuccessorThatJoinsThePortLosesHardlyAnyClient(NettyTransport transport) throws Exception {
        RestartsUnderLoad.assertHardlyNoticed(NamespaceJvm.run(NettySharedPort.class, transport.name(), "restarts"), 2);
    }
}
