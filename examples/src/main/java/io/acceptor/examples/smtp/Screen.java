package io.acceptor.examples.smtp;

import io.acceptor.Acceptor;
import io.acceptor.AcceptorListener;
import io.acceptor.Connection;
import io.acceptor.Greeting;
import io.acceptor.Outcome;
import io.acceptor.Peer;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Postfix's postscreen in a page: it says the first line of a greeting, and the second one only after a pause. A mail server
 * waits for it; a program that sends spam does not, and is told so.
 */
final class Screen implements SmtpServer, AcceptorListener {
    private final PrintWriter log;
    private final Acceptor acceptor;

    Screen(InetSocketAddress address, int maxClients, Duration pause, PrintWriter log) throws IOException {
        this.log = log;
        acceptor = Acceptor.builder()
                .name("smtp")
                .greeting(Greeting.of(Reply.READY_SOON))
                .settle(pause) // to the handler after the pause, or with the client's first byte
                .maxConnections(maxClients)
                .refusal(RejectReason.MAX_CONNECTIONS, Refusal.reply(Reply.BUSY))
                .listener(this)
                .handler(this::talk)
                .start(address);
    }

    private void talk(Connection client) throws IOException {
        if (client.bytesReceived() > 0) {
            say("PREGREET", client.remoteAddress());
            client.output().write(Reply.SPOKE_TOO_SOON);
            return;
        }
        client.output().write(Reply.READY);
        Conversation.with(client.socket());
    }

    @Override
    public void onEnded(long id, Peer peer, Outcome outcome, @Nullable RejectReason reason, Duration lasted) {
        if (outcome.isProbeLike()) {
            say("HANGUP", peer.remoteAddress());
        }
    }

    private void say(String what, InetSocketAddress whom) {
        log.println(what + " from " + whom.getAddress().getHostAddress());
        log.flush();
    }

    @Override
    public InetSocketAddress address() {
        return acceptor.localAddress();
    }

    @Override
    public void close() {
        acceptor.close();
    }
}
