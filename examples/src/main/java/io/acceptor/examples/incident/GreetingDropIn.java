package io.acceptor.examples.incident;

import io.acceptor.ResilientServerSocket;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;

/** The same loop once more: the socket greets, so the loop has nothing left to fail at. Two lines differ. */
final class GreetingDropIn extends Program {
    @Override
    void serve(int port) throws IOException {
        ServerSocket server = ResilientServerSocket.builder().greeting(GREETING).bind(port);
        listening(server);
        while (true) {
            Socket client = took(server.accept());
            talk(client);
        }
    }
}
