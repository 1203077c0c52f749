package io.acceptor.examples.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.ConnectionHandler;
import io.acceptor.it.Peers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;

/** The bean of docs/spring.md in a context. */
@Timeout(60)
final class SpringTest {
    @Configuration(proxyBeanMethods = false)
    @Import(AcceptorServer.class)
    static class Application {
        @Bean
        MeterRegistry registry() {
            return new SimpleMeterRegistry();
        }

        @Bean
        ConnectionHandler handler() {
            return client -> client.input().transferTo(client.output());
        }
    }

    @Test
    void serverLivesAsLongAsTheContext() throws Exception {
        AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("acceptor.port", "0")));
        context.register(Application.class);
        context.refresh();
        AcceptorServer server = context.getBean(AcceptorServer.class);
        MeterRegistry registry = context.getBean(MeterRegistry.class);

        try (Peers.Client client = Peers.connect(server.localAddress().getPort())) {
            assertThat(client.say("hello").hear(5)).isEqualTo("hello");
        }
        assertThat(server.health().getStatus()).isEqualTo(Status.UP);
        assertThat(registry.get("acceptor.accepted").functionCounter().count()).isEqualTo(1);

        Thread closing = new Thread(context::close, "closing");
        closing.start();
        await().untilAsserted(() -> {
            Health health = server.health();
            assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(health.getDetails()).containsKey("reasons");
        });
        closing.join();
        assertThat(server.isRunning()).isFalse();
        assertThat(registry.find("acceptor.accepted").meters()).isEmpty();
    }

    @Test
    void pageShowsTheBean() throws IOException {
        String bean = Files.readString(Path.of("src/test/java/io/acceptor/examples/spring/AcceptorServer.java"));
        assertThat(Files.readString(Path.of("../docs/spring.md")))
                .contains("```java\n" + bean.substring(bean.indexOf("import ")) + "```\n");
    }
}
