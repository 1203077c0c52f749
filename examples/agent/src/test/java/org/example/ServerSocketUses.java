package org.example;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import javax.net.ServerSocketFactory;

/**
 * A program that opens server sockets in every way there is, knows nothing of the agent, and prints what it sees: lines that begin
 * with {@code kind} name classes, all others must be the same under the agent.
 */
public final class ServerSocketUses {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private ServerSocketUses() {}

    /** A subclass stays what it is, in whatever way it is made. */
    static final class Own extends ServerSocket {
        Own(int port) throws IOException {
            super(port, new ServerSocket(0).getLocalPort() > 0 ? 3 : 4, LOOPBACK);
        }
    }

    @FunctionalInterface
    interface Opener {
        ServerSocket open(int port) throws IOException;
    }

    public static void main(String[] args) throws Exception {
        kinds();
        outcome("negative port", () -> new ServerSocket(-1));
        outcome("port too high", () -> new ServerSocket(65536, 1, LOOPBACK));
        try (ServerSocket taken = new ServerSocket(0, 5, LOOPBACK)) {
            outcome("address in use", () -> new ServerSocket(taken.getLocalPort(), 5, LOOPBACK));
        }
        outcome("accept while unbound", () -> new ServerSocket().accept());
        outcome("bound twice", ServerSocketUses::bindTwice);
        outcome("bound after close", ServerSocketUses::bindClosed);
        states();
        options();
        conversation();
        outcome("accept times out", ServerSocketUses::timeOut);
        outcome("close wakes accept", ServerSocketUses::closeWhileAccepting);
        System.out.println("done");
    }

    private static void kinds() throws IOException {
        Opener reference = ServerSocket::new;
        kind("unbound", new ServerSocket());
        kind("port", new ServerSocket(0));
        kind("backlog", new ServerSocket(0, 7));
        kind("address", new ServerSocket(0, 7, LOOPBACK));
        kind("nested", new ServerSocket(0, new ServerSocket(0).getLocalPort() > 0 ? 7 : 8));
        kind("reference", reference.open(0));
        kind("factory", ServerSocketFactory.getDefault().createServerSocket(0, 7, LOOPBACK));
        kind("subclass", new Own(0));
    }

    private static void kind(String how, ServerSocket socket) throws IOException {
        System.out.println("kind " + how + ": " + socket.getClass().getSimpleName());
        socket.close();
    }

    private static void outcome(String what, Callable<Object> action) {
        try {
            System.out.println(what + ": " + action.call());
        } catch (Exception e) {
            System.out.println(what + ": " + e);
        }
    }

    private static Object bindTwice() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 5, LOOPBACK)) {
            socket.bind(new InetSocketAddress(LOOPBACK, 0));
            return "bound";
        }
    }

    private static Object bindClosed() throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.close();
        socket.bind(new InetSocketAddress(LOOPBACK, 0));
        return "bound";
    }

    private static void states() throws IOException {
        ServerSocket socket = new ServerSocket();
        System.out.println("unbound: " + socket + ", " + socket.isBound() + ", " + socket.getLocalPort() + ", "
                + socket.getInetAddress() + ", " + socket.getLocalSocketAddress() + ", " + socket.getChannel());
        socket.bind(null);
        System.out.println("bound to nothing: " + socket.isBound() + ", " + socket.getInetAddress());
        socket.close();
        System.out.println("closed: " + socket.isBound() + ", " + socket.isClosed());
        outcome("accept after close", socket::accept);
    }

    private static void options() throws IOException {
        SocketOption<Integer> buffer = StandardSocketOptions.SO_RCVBUF;
        try (ServerSocket socket = new ServerSocket()) {
            socket.setSoTimeout(123);
            socket.setReuseAddress(false);
            socket.setOption(buffer, 16 * 1024);
            socket.bind(new InetSocketAddress(LOOPBACK, 0), 9);
            System.out.println("options: " + socket.getSoTimeout() + ", " + socket.getReuseAddress() + ", "
                    + socket.getOption(buffer));
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setOption(StandardSocketOptions.IP_TOS, 8); // of plain sockets only
            socket.bind(new InetSocketAddress(LOOPBACK, 0), 9);
            System.out.println("type of service: " + socket.getOption(StandardSocketOptions.IP_TOS));
        }
    }

    private static void conversation() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 5, LOOPBACK);
                Socket client = new Socket(LOOPBACK, socket.getLocalPort())) {
            client.getOutputStream().write('?');
            try (Socket accepted = socket.accept()) {
                int question = accepted.getInputStream().read();
                accepted.getOutputStream().write('!');
                System.out.println("conversation: " + (char) question
                        + (char) client.getInputStream().read());
            }
        }
    }

    private static Object timeOut() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 5, LOOPBACK)) {
            socket.setSoTimeout(1);
            return socket.accept();
        }
    }

    private static Object closeWhileAccepting() throws Exception {
        ServerSocket socket = new ServerSocket(0, 5, LOOPBACK);
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread acceptor = new Thread(() -> {
            try {
                result.complete("accepted " + socket.accept());
            } catch (SocketException e) {
                result.complete(e.getClass().getSimpleName());
            } catch (IOException e) {
                result.completeExceptionally(e);
            }
        });
        acceptor.start();
        while (acceptor.getState() == Thread.State.NEW) {
            Thread.onSpinWait();
        }
        socket.close();
        return result.get();
    }
}
