package io.acceptor.examples.incident;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * A load balancer's health check, or {@code tcpping -R}: SYN, SYN+ACK, ACK, and then RST instead of a word.
 *
 * @param target the port to look after
 * @param beforeReset how long it waits before the reset; {@code tcpping -D}
 */
record Probe(InetSocketAddress target, Duration beforeReset) {
    /** {@code tcpping -t 1}. */
    private static final int CONNECT_MILLIS = 1_000;

    static Probe of(InetSocketAddress target) {
        return new Probe(target, Duration.ZERO);
    }

    /** Sends one; false if there was no handshake within a second, so that the balancer would call the port dead. */
    boolean send() {
        try (Socket socket = new Socket()) {
            socket.setSoLinger(true, 0); // close() will send RST, not FIN
            socket.connect(target, CONNECT_MILLIS);
            if (!beforeReset.isZero()) {
                Thread.sleep(beforeReset.toMillis());
            }
            return true;
        } catch (IOException noHandshake) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
