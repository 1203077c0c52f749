package io.acceptor.examples.haproxy;

import io.acceptor.Acceptor;
import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.DrainReport;
import io.acceptor.Greeting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Knows whom it is connected to: all clients are HAProxy. */
record DirectServer(Acceptor acceptor) implements EchoServer {
    static DirectServer start(InetSocketAddress address) throws IOException {
        return new DirectServer(Acceptor.builder()
                .name("server")
                .greeting(Greeting.perConnection(EchoServer::greeting))
                .handler(client -> client.input().transferTo(client.output()))
                .start(address));
    }

    @Override
    public InetSocketAddress localAddress() {
        return acceptor.localAddress();
    }

    @Override
    public AcceptorHealth health() {
        return acceptor.health();
    }

    @Override
    public AcceptorStats stats() {
        return acceptor.stats();
    }

    @Override
    public CompletionStage<DrainReport> drain(Duration lameDuck, Duration grace) {
        return acceptor.drain(lameDuck, grace);
    }
}
