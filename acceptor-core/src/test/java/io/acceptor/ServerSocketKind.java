package io.acceptor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The drop-in, and a plain server socket to know that a test asks for no more than that one keeps. */
enum ServerSocketKind {
    PLAIN {
        @Override
        ServerSocket unbound() throws IOException {
            return new ServerSocket();
        }
    },
    RESILIENT {
        @Override
        ServerSocket unbound() throws IOException {
            return new ResilientServerSocket();
        }
    };

    abstract ServerSocket unbound() throws IOException;

    ServerSocket bound() throws IOException {
        return bound(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    ServerSocket bound(InetSocketAddress address) throws IOException {
        ServerSocket socket = unbound();
        socket.bind(address);
        return socket;
    }
}
