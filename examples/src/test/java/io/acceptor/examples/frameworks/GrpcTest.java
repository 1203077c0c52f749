package io.acceptor.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.netty.AcceptGuard;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server of grpc-java, which takes a factory of server channels: with it come its event loops. */
@Timeout(60)
final class GrpcTest {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final HealthStatusManager service = new HealthStatusManager();
    private final AcceptGuard guard = AcceptGuard.builder().build();
    private Server server;

    @BeforeEach
    void start() throws Exception {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .channelFactory(guard.channelFactory(NioServerSocketChannel::new))
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .addService(service.getHealthService())
                .build()
                .start();
    }

    @AfterEach
    void stop() {
        server.shutdownNow();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void stubAsksAndListensUnderProbes() throws Exception {
        UnderProbes.probe(server.getPort());
        ManagedChannel channel = Grpc.newChannelBuilder(
                        "127.0.0.1:" + server.getPort(), InsecureChannelCredentials.create())
                .build();
        HealthGrpc.HealthBlockingStub stub =
                HealthGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
        HealthCheckRequest request = HealthCheckRequest.getDefaultInstance();

        assertThat(stub.check(request).getStatus()).isEqualTo(ServingStatus.SERVING);

        Iterator<HealthCheckResponse> stream = stub.watch(request);
        assertThat(stream.next().getStatus()).isEqualTo(ServingStatus.SERVING);
        service.setStatus("", ServingStatus.NOT_SERVING);
        assertThat(stream.next().getStatus()).isEqualTo(ServingStatus.NOT_SERVING);

        channel.shutdownNow();
        UnderProbes.assertDropped(guard::stats, 1);
    }
}
