package io.acceptor.examples.incident;

import io.acceptor.Acceptor;
import java.io.IOException;

/** The server without a loop of its own. */
final class WholeAcceptor extends Program {
    @Override
    void serve(int port) throws IOException {
        Acceptor acceptor = Acceptor.builder()
                .greeting(GREETING)
                .handler(connection -> answer(connection.socket()))
                .start(port);
        listening(acceptor);
    }
}
