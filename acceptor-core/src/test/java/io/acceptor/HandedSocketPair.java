package io.acceptor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A client and the accepted socket that serves it: the plain one of a {@link ServerSocket}, or a {@link HandedSocket}.
 *
 * @param accepted the one under test
 * @param client a plain socket
 * @param closings how often a handed socket's onClose was called
 */
record HandedSocketPair(Socket accepted, Socket client, AtomicInteger closings) implements AutoCloseable {

    static final byte[] HELLO = "hello".getBytes(UTF_8);

    /** What is done with both kinds of accepted socket, and what came of it. */
    @FunctionalInterface
    interface Scenario {
        Object run(Socket accepted, Socket client) throws Exception;
    }

    /** The kinds of accepted socket that must not differ. */
    enum Kind {
        PLAIN,
        HANDED;

        HandedSocketPair connect() throws IOException {
            return this == PLAIN ? plain() : handed();
        }
    }

    static HandedSocketPair plain() throws IOException {
        try (ServerSocket listener = new ServerSocket()) {
            listener.bind(anyPort());
            Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
            return new HandedSocketPair(listener.accept(), client, new AtomicInteger());
        }
    }

    /** The client has sent some bytes when the socket is made; the first of them, if any, was read already. */
    static HandedSocketPair handed(byte... alreadySent) throws IOException {
        return handed(HandedSocketPair::closeChannel, alreadySent);
    }

    /** The same with an owner that does something else with the channel than to close it. */
    static HandedSocketPair handed(Consumer<HandedSocket> onClose, byte... alreadySent) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(anyPort())) {
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            Socket client = new Socket(address.getAddress(), address.getPort());
            client.getOutputStream().write(alreadySent);
            SocketChannel channel = listener.accept();
            AtomicInteger closings = new AtomicInteger();
            int firstByte = alreadySent.length == 0 ? -1 : readOne(channel);
            HandedSocket accepted = new HandedSocket(channel, firstByte, socket -> {
                closings.incrementAndGet();
                onClose.accept(socket);
            });
            return new HandedSocketPair(accepted, client, closings);
        }
    }

    HandedSocket handedSocket() {
        return (HandedSocket) accepted;
    }

    /** The client's RST. */
    void reset() throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }

    @Override
    public void close() throws IOException {
        client.close();
        accepted.close();
    }

    /** Both kinds do the same, down to the class and message of exceptions. */
    static void assertNoDifference(Scenario scenario) throws Exception {
        assertThat(play(Kind.HANDED, scenario)).isEqualTo(play(Kind.PLAIN, scenario));
    }

    /** What came of a scenario, with the ports replaced by names. */
    static String play(Kind kind, Scenario scenario) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            int clientPort = pair.client.getLocalPort();
            int serverPort = pair.client.getPort();
            return attempt(() -> scenario.run(pair.accepted, pair.client))
                    .replace(Integer.toString(clientPort), "CLIENT")
                    .replace(Integer.toString(serverPort), "SERVER");
        }
    }

    /** Sends a word and waits until all of it has arrived. */
    static String sendHello(Socket client, Socket accepted) throws IOException {
        client.getOutputStream().write(HELLO);
        InputStream in = accepted.getInputStream();
        await().until(() -> in.available() == HELLO.length);
        return "sent";
    }

    /** A result as text, or the exception's class and message. */
    static String attempt(Callable<?> step) {
        try {
            return String.valueOf(step.call());
        } catch (NullPointerException e) {
            return e.getClass().getName(); // its message names a variable
        } catch (Exception e) {
            return e.getClass().getName() + ": " + e.getMessage();
        }
    }

    /** What came of each step; a step that throws does not stop the next. */
    static List<String> attempts(Step... steps) {
        List<String> outcomes = new ArrayList<>();
        for (Step step : steps) {
            outcomes.add(attempt(step::run));
        }
        return outcomes;
    }

    /** A step of a scenario. */
    @FunctionalInterface
    interface Step {
        Object run() throws Exception;

        /** A step without a result. */
        static Step doing(Action action) {
            return () -> {
                action.run();
                return "done";
            };
        }
    }

    /** What a step without a result does. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static int readOne(SocketChannel channel) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThat(channel.read(one)).isEqualTo(1);
        return one.get(0) & 0xff;
    }

    static void closeChannel(HandedSocket socket) {
        try {
            socket.channel().close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
