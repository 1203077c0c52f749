package io.acceptor.examples.smtp;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** The loop that this server had for years. Its first write to a client that has gone is its last. */
final class OldLoop implements SmtpServer {
    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final Semaphore places;
    private final ServerSocket server;

    private OldLoop(InetSocketAddress address, int maxClients) throws IOException {
        places = new Semaphore(maxClients);
        server = new ServerSocket();
        server.bind(address);
    }

    static OldLoop start(InetSocketAddress address, int maxClients) throws IOException {
        OldLoop loop = new OldLoop(address, maxClients);
        new Thread(loop::run, "smtp").start();
        return loop;
    }

    private void run() {
        try {
            while (true) {
                Socket client = server.accept();
                OutputStream output = client.getOutputStream();
                if (!places.tryAcquire()) {
                    output.write(Reply.BUSY);
                    client.close();
                    continue;
                }
                output.write(Reply.READY);
                workers.execute(() -> {
                    Conversation.with(client);
                    places.release();
                });
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
