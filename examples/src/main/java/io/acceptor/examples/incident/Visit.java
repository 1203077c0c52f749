package io.acceptor.examples.incident;

import io.acceptor.examples.incident.Client.Fate;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A client's visit, and what netstat said of its connection meanwhile.
 *
 * @param fate how far it got
 * @param atServer the connection's state at the server's end while the client waited
 * @param atClient the same at the client's end
 */
record Visit(Fate fate, String atServer, String atClient) {

    /** Has the client visit and looks at the kernel's tables half-way through its patience. */
    static Visit watched(Client client, Endpoint server, Scale scale) throws IOException, InterruptedException {
        int clientPort = client.bind();
        FutureTask<Fate> visit = new FutureTask<>(client::visit);
        Thread visitor = new Thread(visit, "visitor");
        visitor.setDaemon(true);
        visitor.start();
        Thread.sleep(scale.patience().toMillis() / 2);
        String atServer = Netstat.state(server.port(), clientPort);
        String atClient = Netstat.state(clientPort, server.port());
        try {
            return new Visit(visit.get(), atServer, atClient);
        } catch (ExecutionException broken) {
            throw new IOException("a client failed", broken);
        }
    }

    /** Connected as far as anyone can see, and not a byte. */
    boolean leftWaiting() {
        return fate == Fate.NEVER_HEARD_A_WORD && atServer.equals("ESTABLISHED") && atClient.equals("ESTABLISHED");
    }

    /** No connection. Kernels before 4.x let the client believe in one; at the server there is none all the same. */
    boolean lockedOut() {
        return fate == Fate.LOCKED_OUT || (fate == Fate.NEVER_HEARD_A_WORD && !atServer.equals("ESTABLISHED"));
    }
}
