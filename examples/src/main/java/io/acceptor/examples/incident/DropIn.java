package io.acceptor.examples.incident;

import io.acceptor.ResilientServerSocket;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** The same loop on our socket: one line differs. It still greets by itself, and still never gets past a failure. */
final class DropIn extends Program {
    @Override
    void serve(int port) throws IOException {
        ServerSocket server = new ResilientServerSocket(port);
        listening(server);
        while (true) {
            Socket client = took(server.accept());
            greet(client);
            talk(client);
        }
    }
}
