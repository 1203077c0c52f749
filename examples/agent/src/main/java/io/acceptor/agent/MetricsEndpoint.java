package io.acceptor.agent;

import io.acceptor.ResilientServerSocket;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Meters of all guarded listeners for Prometheus, on a port of the loopback address. Thread-safe. */
final class MetricsEndpoint implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoint.class);

    /** As Prometheus has it, by version 0.0.4 of its text format. */
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    /** A scraper sends its request at once; whoever does not must not keep the next one waiting. */
    private static final Duration REQUEST_TIME = Duration.ofSeconds(1);

    private static final int REQUEST_LINES = 100;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ServerSocket listener;

    private MetricsEndpoint(ServerSocket listener) {
        this.listener = listener;
    }

    /**
     * Listens, and answers on a daemon thread of its own.
     *
     * @param port 0 for any free one
     * @throws IOException if it cannot be bound
     */
    static MetricsEndpoint start(int port) throws IOException {
        ServerSocket listener = ResilientServerSocket.builder()
                .name("metrics")
                .awaitFirstByte(REQUEST_TIME)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        MetricsEndpoint endpoint = new MetricsEndpoint(listener);
        Thread thread = new Thread(endpoint, "acceptor-agent-metrics");
        thread.setDaemon(true);
        thread.start();
        LOG.info("metrics at http://127.0.0.1:{}/metrics", listener.getLocalPort());
        return endpoint;
    }

    void add(MeterBinder metrics) {
        metrics.bindTo(registry);
    }

    @Override
    public void run() {
        while (!listener.isClosed()) {
            try (Socket scraper = listener.accept()) {
                answer(scraper);
            } catch (IOException | RuntimeException e) {
                LOG.debug("a scrape failed: {}", e.toString());
            }
        }
    }

    /** Whatever is asked for, it gets the meters. */
    private void answer(Socket scraper) throws IOException {
        scraper.setSoTimeout((int) REQUEST_TIME.toMillis());
        BufferedReader request =
                new BufferedReader(new InputStreamReader(scraper.getInputStream(), StandardCharsets.ISO_8859_1));
        String line = request.readLine();
        for (int lines = 0; line != null && !line.isEmpty() && lines < REQUEST_LINES; lines++) {
            line = request.readLine();
        }
        byte[] body = registry.scrape(TEXT).getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 200 OK\r\nContent-Type: " + TEXT + "\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        OutputStream response = scraper.getOutputStream();
        response.write(head.getBytes(StandardCharsets.US_ASCII));
        response.write(body);
    }
}
