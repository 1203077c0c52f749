package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.acceptor.Greeting;
import io.acceptor.it.Peers;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.util.Version;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The guard with Netty 4.1 on the class path. Not a test of the ordinary class path: the profile {@code netty-4.1} runs it with the
 * oldest and the newest version that are promised.
 */
@Timeout(60)
class Netty41Check {
    private static final String GREETING = "220 ready\r\n";
    private static final int PROBES = 100;
    /** What is only reached by a {@link NettyAcceptor}, or where io_uring is. */
    private static final Set<String> OF_NETTY_42 = Set.of("NettyAcceptor", "NettyTransport", "EventLoop", "Binding");

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }

    @Test
    void thisIsNetty41() {
        assertThat(Version.identify().get("netty-transport").artifactVersion()).startsWith("4.1.");
    }

    @ParameterizedTest
    @EnumSource(names = {"NIO", "EPOLL"})
    void guardedServerServesUnderProbes(NettyTransport transport) throws Exception {
        Transports.assumeAvailable(transport);
        EventLoopGroup loops = GuardEngine.loops(transport, 1, new DefaultThreadFactory("guarded", true));
        try (AcceptGuard guard =
                AcceptGuard.builder().greeting(Greeting.of(GREETING, US_ASCII)).build()) {
            Channel server = new ServerBootstrap()
                    .group(loops)
                    .channel(transport.serverChannel())
                    .handler(guard.handler())
                    .childHandler(new Echo())
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            Peers.probe(port, PROBES, 2);
            try (Peers.Client client = Peers.connect(port)) {
                assertThat(client.hear(GREETING.length())).isEqualTo(GREETING);
                assertThat(client.say("hello").hear(5)).isEqualTo("hello");
            }
            await().untilAsserted(() -> {
                assertThat(guard.stats().probeLike()).isEqualTo(PROBES);
                assertThat(guard.stats().ended()).isEqualTo(PROBES + 1);
            });
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void nettyAcceptorSaysInOneSentenceThatItNeedsNetty42() {
        assertThatThrownBy(
                        () -> NettyAcceptor.builder().childHandler(new Echo()).start(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching(
                        "NettyAcceptor needs Netty 4\\.2, and this is 4\\.1\\.\\d+\\.Final; AcceptGuard runs on it");
    }

    /** Every class, method and field of Netty's that the guard's classes name is there. */
    @Test
    void guardLinksToNothingThatIsNotThere() {
        List<String> missing = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("io.acceptor.netty").stream()
                        .filter(each -> OF_NETTY_42.stream().noneMatch(each.getName()::contains))
                        .flatMap(each -> each.getAccessesFromSelf().stream())
                        .filter(Netty41Check::isMissing)
                        .map(JavaAccess::getDescription)
                        .toList();
        assertThat(missing).isEmpty();
    }

    private static boolean isMissing(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        JavaClass owner = target.getOwner();
        return owner.getPackageName().startsWith("io.netty")
                && !owner.getPackageName().endsWith(".uring")
                && target.resolveMember().isEmpty();
    }
}
