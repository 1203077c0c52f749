package io.acceptor.exhaustion;

import io.acceptor.Acceptor;
import io.acceptor.AcceptorStats;
import io.acceptor.Greeting;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The engine of acceptor-core. */
public final class NioExhaustion extends ExhaustionScenario {
    private static final int PLACES = 50;

    @Override
    Running start() throws IOException {
        Bulkhead bulkhead = Bulkhead.of(
                "places",
                BulkheadConfig.custom()
                        .maxConcurrentCalls(PLACES)
                        .maxWaitDuration(Duration.ZERO)
                        .build());
        Acceptor acceptor = Acceptor.builder()
                .name("exhausted")
                .bulkhead(bulkhead)
                .maxConnectionsPerSource(PLACES)
                .greeting(Greeting.of(GREETING, StandardCharsets.US_ASCII))
                .handler(connection -> {
                    int read = connection.input().read();
                    if (read >= 0) {
                        connection.output().write(read);
                    }
                })
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new Running() {
            @Override
            public InetSocketAddress address() {
                return acceptor.localAddress();
            }

            @Override
            public String held() {
                AcceptorStats stats = acceptor.stats();
                int taken = PLACES - bulkhead.getMetrics().getAvailableConcurrentCalls();
                return stats.active() == 0 && stats.pending() == 0 && taken == 0
                        ? ""
                        : "still counted: " + stats.active() + " open, " + stats.pending() + " pending, " + taken
                                + " places";
            }

            @Override
            public void close() {
                acceptor.close();
            }
        };
    }
}
