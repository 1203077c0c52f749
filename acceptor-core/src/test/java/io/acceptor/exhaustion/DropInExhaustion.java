package io.acceptor.exhaustion;

import io.acceptor.AcceptorStats;
import io.acceptor.Greeting;
import io.acceptor.ResilientServerSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The drop-in, behind a loop of the user's that goes on after whatever accept() throws. */
public final class DropInExhaustion extends ExhaustionScenario {
    @Override
    Running start() throws IOException {
        ResilientServerSocket server = ResilientServerSocket.builder()
                .name("exhausted")
                .greeting(Greeting.of(GREETING, StandardCharsets.US_ASCII))
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread user = new Thread(() -> serveAll(server), "user");
        user.setDaemon(true);
        user.start();
        return new Running() {
            @Override
            public InetSocketAddress address() {
                return (InetSocketAddress) server.getLocalSocketAddress();
            }

            @Override
            public String held() {
                AcceptorStats stats = server.stats();
                return stats.active() == 0 && stats.pending() == 0
                        ? ""
                        : "still counted: " + stats.active() + " open, " + stats.pending() + " pending";
            }

            @Override
            public void close() {
                try {
                    server.close();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }

    private static void serveAll(ResilientServerSocket server) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                int read = socket.getInputStream().read();
                if (read >= 0) {
                    socket.getOutputStream().write(read);
                }
            } catch (Throwable t) {
                Thread.onSpinWait(); // closed, or it was hit
            }
        }
    }
}
