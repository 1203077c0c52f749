package io.acceptor.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.acceptor.Acceptor;
import io.acceptor.AcceptorBuilder;
import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.Greeting;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import io.acceptor.ResilientServerSocket;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * What {@link ExhaustedDescriptorsIT} and {@link LoadedClassesIT} run in a JVM of its own: an echo server that answers
 * questions on its standard input, one a line, with one line each. With the argument "reply" it has words for those it
 * refuses, with "room" silent ones make room, with "drop-in" it is a server socket with a loop, and "snatcher" has
 * another thread open a file all the time.
 */
public final class ExhaustedServer implements AutoCloseable {
    /** What it says to everybody. */
    public static final String GREETING = "220 ready\r\n";

    static final String REPLY = "421 full\r\n";

    private final Closeable server;
    private final int port;
    private final Supplier<AcceptorHealth> health;
    private final Supplier<AcceptorStats> stats;

    private ExhaustedServer(
            Closeable server, int port, Supplier<AcceptorHealth> health, Supplier<AcceptorStats> stats) {
        this.server = server;
        this.port = port;
        this.health = health;
        this.stats = stats;
    }

    public static void main(String[] arguments) throws IOException {
        List<String> wanted = List.of(arguments);
        if (wanted.contains("snatcher")) {
            startDaemon(ExhaustedServer::snatch);
        }
        serve(wanted.contains("drop-in") ? dropIn(wanted) : acceptor(wanted));
    }

    /** For the servers of other engines: answers questions about one until there are no more, then closes it. */
    public static void serve(Closeable server, int port, Supplier<AcceptorHealth> health, Supplier<AcceptorStats> stats)
            throws IOException {
        serve(new ExhaustedServer(server, port, health, stats));
    }

    private static void serve(ExhaustedServer served) throws IOException {
        try (served;
                BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, US_ASCII))) {
            for (String question : List.of("port", "health", "stats", "books", "threads", "descriptors", "sockets")) {
                served.answer(question); // what answering needs is loaded while there are descriptors
            }
            for (String question = questions.readLine(); question != null; question = questions.readLine()) {
                System.out.println(served.answer(question));
            }
        }
    }

    private static ExhaustedServer acceptor(List<String> wanted) throws IOException {
        Acceptor acceptor = set(Acceptor.builder(), wanted)
                .handler(connection -> connection.input().transferTo(connection.output()))
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return new ExhaustedServer(
                acceptor::close, acceptor.localAddress().getPort(), acceptor::health, acceptor::stats);
    }

    private static ExhaustedServer dropIn(List<String> wanted) throws IOException {
        ResilientServerSocket socket = set(ResilientServerSocket.builder(), wanted)
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        startDaemon(() -> {
            while (!socket.isClosed()) {
                try {
                    Socket client = socket.accept();
                    startDaemon(() -> echo(client));
                } catch (IOException e) {
                    System.err.println("WARN accept: " + e);
                }
            }
        });
        return new ExhaustedServer(socket, socket.getLocalPort(), socket::health, socket::stats);
    }

    private static <B extends AcceptorBuilder<B>> B set(B builder, List<String> wanted) {
        if (wanted.contains("reply")) {
            builder.refusal(RejectReason.DESCRIPTORS, Refusal.reply(REPLY.getBytes(US_ASCII)));
        }
        builder.silentMakeRoom(wanted.contains("room"));
        return builder.name("exhausted").greeting(Greeting.of(GREETING, US_ASCII));
    }

    /** An application that opens a file again and again: it may take the descriptor that the server has just given up. */
    private static void snatch() {
        File file = new File("/proc/self/limits");
        while (true) {
            try (FileInputStream in = new FileInputStream(file)) {
                in.read();
            } catch (IOException e) {
                Thread.onSpinWait(); // out of descriptors
            }
        }
    }

    private static void startDaemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    private static void echo(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            System.err.println("WARN echo: " + e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private String answer(String question) {
        return switch (question) {
            case "port" -> String.valueOf(port);
            case "health" -> health.get().toString();
            case "stats" -> stats.get().toString();
            case "books" -> stats.get().accepted() + " accepted, " + stats.get().ended() + " ended";
            case "threads" -> threads().toString();
            case "descriptors" -> String.valueOf(descriptors());
            case "sockets" -> String.valueOf(Descriptors.open());
            default -> "?";
        };
    }

    private static Set<String> threads() {
        Set<String> names = new TreeSet<>();
        Thread.getAllStackTraces().keySet().forEach(thread -> names.add(thread.getName()));
        return names;
    }

    /** All of them, less the one that lists them. */
    private static int descriptors() {
        String[] open = new File("/proc/self/fd").list();
        return open == null ? -1 : open.length - 1;
    }
}
