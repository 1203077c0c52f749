package io.acceptor.examples.spring;

import io.acceptor.Acceptor;
import io.acceptor.AcceptorHealth;
import io.acceptor.ConnectionHandler;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Starts an acceptor with the application, shows its meters and health, and drains it at the end. */
@Component
public class AcceptorServer implements SmartLifecycle, HealthIndicator {
    private final InetSocketAddress address;
    private final ConnectionHandler handler;
    private final MeterRegistry registry;
    private volatile Acceptor acceptor;

    public AcceptorServer(@Value("${acceptor.port:4000}") int port, ConnectionHandler handler, MeterRegistry registry) {
        this.address = new InetSocketAddress(port);
        this.handler = handler;
        this.registry = registry;
    }

    @Override
    public void start() {
        try {
            acceptor = Acceptor.builder().name("app").handler(handler).start(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        acceptor.metrics().bindTo(registry); // they go when it closes
    }

    @Override
    public void stop(Runnable done) {
        acceptor.drain(Duration.ofSeconds(2), Duration.ofSeconds(10)).whenComplete((report, failure) -> {
            acceptor = null;
            done.run();
        });
    }

    @Override
    public void stop() {
        acceptor.close();
        acceptor = null;
    }

    @Override
    public boolean isRunning() {
        return acceptor != null;
    }

    @Override
    public Health health() {
        Acceptor running = acceptor;
        if (running == null) {
            return Health.outOfService().withDetail("reason", "not started").build();
        }
        AcceptorHealth health = running.health();
        return (health.ready() ? Health.up() : Health.outOfService())
                .withDetail("address", running.localAddress().toString())
                .withDetail("reasons", health.reasons())
                .build();
    }

    public InetSocketAddress localAddress() {
        return acceptor.localAddress();
    }
}
