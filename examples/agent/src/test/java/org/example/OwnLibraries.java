package org.example;

import io.acceptor.Acceptor;
import io.acceptor.Greeting;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** A program that ships Acceptor, Micrometer, Prometheus and SLF4J itself, and a server socket for the agent. */
public final class OwnLibraries {
    private OwnLibraries() {}

    public static void main(String[] args) throws Exception {
        ILoggerFactory loggers = LoggerFactory.getILoggerFactory(); // before other threads want it
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (Acceptor acceptor = Acceptor.builder()
                        .name("mine")
                        .greeting(Greeting.of("hello\n", StandardCharsets.US_ASCII))
                        .handler(client -> client.input().read())
                        .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                ServerSocket guarded = new ServerSocket(0)) {
            acceptor.metrics().bindTo(registry);
            try (Socket client = new Socket(
                    acceptor.localAddress().getAddress(),
                    acceptor.localAddress().getPort())) {
                System.out.println("greeted " + (char) client.getInputStream().read());
            }
            System.out.println("acceptor from " + Acceptor.class.getName());
            System.out.println("own meters " + registry.scrape().contains("listener=\"mine\""));
            System.out.println("socket " + guarded.getClass().getSimpleName());
            System.out.println("slf4j " + loggers.getClass().getName());
            System.out.println(
                    "java.util.logging " + LogManager.getLogManager().getClass().getName() + " "
                            + java.util.logging.Logger.getLogger("").getHandlers().length);
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> !thread.isDaemon() && thread.getName().startsWith("acceptor"))
                    .forEach(thread -> System.out.println("keeps the JVM alive: " + thread.getName()));
        }
    }
}
