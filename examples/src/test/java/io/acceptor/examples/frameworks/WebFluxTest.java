package io.acceptor.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.netty.AcceptGuard;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.netty.resources.LoopResources;

/** A server of Spring Boot WebFlux: two beans guard it, the guard and the event loops. */
@Timeout(60)
final class WebFluxTest {
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {
        @Bean(destroyMethod = "close")
        AcceptGuard guard() {
            return AcceptGuard.builder().build();
        }

        @Bean
        ReactorResourceFactory resources(AcceptGuard guard) {
            ReactorResourceFactory resources = new ReactorResourceFactory();
            resources.setUseGlobalResources(false);
            resources.setLoopResourcesSupplier(() -> new GuardedLoops(LoopResources.create("http"), guard));
            return resources;
        }

        @Bean
        RouterFunction<ServerResponse> hello() {
            return RouterFunctions.route()
                    .GET("/", request -> ServerResponse.ok().bodyValue("hello"))
                    .build();
        }
    }

    @Test
    void clientIsServedUnderProbes() throws Exception {
        System.setProperty(LoggingSystem.SYSTEM_PROPERTY, LoggingSystem.NONE); // the tests' own logging stays as it is
        try (var context = (ReactiveWebServerApplicationContext)
                SpringApplication.run(Application.class, "--server.address=127.0.0.1", "--server.port=0")) {
            int port = context.getWebServer().getPort();
            UnderProbes.probe(port);
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                    .build();
            HttpClient client = HttpClient.newHttpClient();
            for (int i = 0; i < 2; i++) {
                assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("hello");
            }
            UnderProbes.assertDropped(context.getBean(AcceptGuard.class)::stats, 1);
        }
    }
}
