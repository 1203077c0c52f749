package io.acceptor;

import io.acceptor.engine.AcceptorContext;
import io.acceptor.engine.Rejection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A claimed connection in the hands of its handler. */
final class HandlerConnection implements Connection {
    private final NioConnection connection;
    private final HandedSocket socket;
    private final InputStream input;
    private final OutputStream output;

    private HandlerConnection(NioConnection connection, HandedSocket socket) throws IOException {
        this.connection = connection;
        this.socket = socket;
        this.input = socket.getInputStream();
        this.output = socket.getOutputStream();
    }

    /** On a worker: everything from the claim to the end. */
    static void serve(NioConnection connection, ConnectionHandler handler) {
        NioServer server = connection.loop.server;
        AcceptorContext context = server.context();
        connection.claimedNanos = System.nanoTime();
        context.metrics().recordHandoff(connection.claimedNanos - connection.offeredNanos);
        Rejection rejection = context.admission().claim(connection.ticket);
        if (rejection != null) {
            if (!connection.loop.post(connection, each -> each.loop.reception.refuse(each, rejection))) {
                connection.cut();
            }
            return;
        }
        if (server.hold(connection)) {
            open(connection, handler);
        }
    }

    private static void open(NioConnection connection, ConnectionHandler handler) {
        HandedSocket socket;
        HandlerConnection handed;
        try {
            socket = connection.open(true);
            handed = new HandlerConnection(connection, socket);
        } catch (IOException e) {
            connection.openFailed(e);
            return;
        }
        @Nullable Throwable failure = null;
        try {
            handler.handle(handed);
        } catch (Throwable t) {
            failure = t;
        }
        connection.handlerEnded(socket, failure);
    }

    @Override
    public long id() {
        return connection.ticket.id();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return connection.ticket.peer().remoteAddress();
    }

    @Override
    public InetSocketAddress localAddress() {
        return connection.ticket.peer().localAddress();
    }

    @Override
    public ByteBuffer greeting() {
        return connection.greeting.asReadOnlyBuffer();
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public Socket socket() {
        return socket;
    }

    @Override
    public long bytesReceived() {
        return socket.bytesReceived();
    }

    @Override
    public void established() {
        socket.establish();
    }

    @Override
    public void close() {
        socket.close();
    }

    @Override
    public String toString() {
        return "#" + id() + " " + Listeners.text(remoteAddress());
    }
}
