package io.acceptor.examples.incident;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** The program of the story: it greets its clients from inside the accept loop. */
final class BlackBox extends Program {
    @Override
    void serve(int port) throws IOException {
        ServerSocket server = new ServerSocket(port);
        listening(server);
        while (true) {
            Socket client = took(server.accept());
            greet(client);
            talk(client);
        }
    }
}
