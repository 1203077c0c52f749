package io.acceptor.examples.smtp;

import io.acceptor.Greeting;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.acceptor.ResilientServerSocket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The same loop, with greeting, limit and refusal told to the socket. No write of its own is left in it. */
final class NewLoop implements SmtpServer {
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final ResilientServerSocket server;

    private NewLoop(InetSocketAddress address, int maxClients) throws IOException {
        server = ResilientServerSocket.builder()
                .greeting(Greeting.of(Reply.READY))
                .maxConnections(maxClients)
                .refusal(RejectReason.MAX_CONNECTIONS, Refusal.reply(Reply.BUSY))
                .bind(address);
    }

    static NewLoop start(InetSocketAddress address, int maxClients) throws IOException {
        NewLoop loop = new NewLoop(address, maxClients);
        new Thread(loop::run, "smtp").start();
        return loop;
    }

    private void run() {
        try {
            while (true) {
                Socket client = server.accept();
                workers.execute(() -> Conversation.with(client));
            }
        } catch (IOException lost) {
            if (!server.isClosed()) {
                System.err.println("the accept loop has ended: " + lost);
            }
        }
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        server.close();
        workers.shutdownNow();
    }
}
