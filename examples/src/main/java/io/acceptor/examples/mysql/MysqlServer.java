package io.acceptor.examples.mysql;

import io.acceptor.Acceptor;
import io.acceptor.Greeting;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** All that this example has to tell Acceptor. */
final class MysqlServer {
    private MysqlServer() {}

    /**
     * Starts it.
     *
     * @param address where to listen
     * @param account who may log in
     * @param maxConnections how many at once
     * @return the running server
     */
    static Acceptor start(InetSocketAddress address, Account account, int maxConnections) throws IOException {
        AtomicInteger connections = new AtomicInteger();
        SecureRandom random = new SecureRandom();
        return Acceptor.builder()
                .name("mysql")
                .greeting(Greeting.perConnection(peer ->
                        Handshake.fresh(connections.incrementAndGet(), random).toPacket()))
                .maxConnections(maxConnections)
                .refusal(
                        RejectReason.MAX_CONNECTIONS,
                        Refusal.reply(
                                Packets.alone(MysqlError.tooManyConnections().firstPayload())))
                .handler(connection -> new Session(connection, account).run())
                .start(address);
    }
}
