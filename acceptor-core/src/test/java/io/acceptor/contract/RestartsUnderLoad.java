package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.DrainReport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Restarts a server that shares its port, again and again under load, and says what became of the clients. Run in a namespace of
 * its own ({@link NamespaceJvm}). Predecessor and successor share a JVM here; the kernel makes no difference.
 */
public final class RestartsUnderLoad {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4000);
    private static final int RESTARTS = 20;
    private static final Pattern REPORT =
            Pattern.compile("migrate=(\\w+) restarts=20 lost=(\\d+) lostAtClose=(\\d+) served=(\\d+)");
    private static final int CLIENT_THREADS = 4;
    /** Together, so that clients come in both sides' time. */
    private static final long TOGETHER_MILLIS = 15;

    /** Starts a server that answers each byte with itself, and says which peer's ports it has accepted. */
    public interface Starter {
        /** Starts one more. */
        Generation start(InetSocketAddress address, Set<Integer> accepted) throws Exception;
    }

    /** One server of the row. */
    public interface Generation extends AutoCloseable {
        /** Without a lame duck, and with a long grace. */
        CompletionStage<DrainReport> drain();

        @Override
        void close();
    }

    /** A client that got no answer: from when to when, and whether a server had accepted it. */
    private record Lost(int port, long from, long to, String why) {}

    /** When a listener was being closed. */
    private record Closing(long from, long to) {}

    private final Starter starter;
    private final Set<Integer> accepted = ConcurrentHashMap.newKeySet();
    private final Queue<Lost> lost = new ConcurrentLinkedQueue<>();
    private final List<Closing> closings = new ArrayList<>();
    private final AtomicLong served = new AtomicLong();
    private volatile boolean over;

    private RestartsUnderLoad(Starter starter) {
        this.starter = starter;
    }

    /** Runs it with and without the kernel giving a closed listener's connections to the others. */
    public static void run(Starter starter) throws Exception {
        for (boolean migrate : new boolean[] {true, false}) {
            Files.writeString(Path.of("/proc/sys/net/ipv4/tcp_migrate_req"), migrate ? "1" : "0");
            RestartsUnderLoad run = new RestartsUnderLoad(starter);
            run.restart();
            run.report(migrate);
        }
    }

    /**
     * Not a client more was lost than the kernel resets; with {@code tcp_migrate_req} that is hardly any. Nobody was cut or refused.
     *
     * @param printed by {@link #run}
     * @param atMost how many may be lost with {@code tcp_migrate_req}
     */
    public static void assertHardlyNoticed(List<String> printed, long atMost) {
        List<Matcher> reports =
                printed.stream().map(REPORT::matcher).filter(Matcher::matches).toList();
        assertThat(reports).as("%s", printed).hasSize(2);
        for (Matcher report : reports) {
            System.out.println(report.group()); // the figure is told
            long lost = Long.parseLong(report.group(2));
            assertThat(Long.parseLong(report.group(4))).isPositive();
            assertThat(lost)
                    .as("%s", printed)
                    .isEqualTo(Long.parseLong(report.group(3)))
                    .isLessThanOrEqualTo(report.group(1).equals("true") ? atMost : Long.MAX_VALUE);
        }
        assertThat(printed).noneMatch(line -> line.startsWith("cut") || line.startsWith("refused"));
    }

    private void restart() throws Exception {
        Generation now = starter.start(ADDRESS, accepted);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENT_THREADS; i++) {
            Thread client = new Thread(this::beClients, "clients");
            client.start();
            clients.add(client);
        }
        for (int i = 0; i < RESTARTS; i++) {
            TimeUnit.MILLISECONDS.sleep(TOGETHER_MILLIS);
            Generation successor = starter.start(ADDRESS, accepted); // two, while one leaves
            TimeUnit.MILLISECONDS.sleep(TOGETHER_MILLIS);
            long from = System.nanoTime();
            DrainReport report = now.drain().toCompletableFuture().get(20, TimeUnit.SECONDS);
            closings.add(new Closing(from, System.nanoTime()));
            if (!report.graceful()) {
                System.out.println("cut " + report);
            }
            now = successor;
        }
        over = true;
        for (Thread client : clients) {
            client.join();
        }
        now.close();
    }

    private void beClients() {
        while (!over) {
            long from = System.nanoTime();
            try (Socket socket = new Socket()) {
                socket.bind(null); // so that the port is known if connect fails
                int port = socket.getLocalPort();
                accepted.remove(port); // of one before
                try {
                    socket.connect(ADDRESS, 10_000);
                    socket.setSoTimeout(10_000);
                    socket.getOutputStream().write('x');
                    if (socket.getInputStream().read() != 'x') {
                        throw new IOException("no answer");
                    }
                    served.incrementAndGet();
                } catch (IOException e) {
                    lost.add(
                            new Lost(port, from, System.nanoTime(), e + (accepted.contains(port) ? ", accepted" : "")));
                }
            } catch (IOException e) {
                System.out.println("client: " + e);
            }
        }
    }

    /** A client that no server has accepted was in a queue or in its handshake; it has to be that of a listener that closed then. */
    private void report(boolean migrate) {
        long atClose = lost.stream()
                .filter(client -> !client.why().endsWith("accepted"))
                .filter(client ->
                        closings.stream().anyMatch(each -> client.from() < each.to() && client.to() > each.from()))
                .count();
        System.out.println("migrate=" + migrate + " restarts=" + closings.size() + " lost=" + lost.size()
                + " lostAtClose=" + atClose + " served=" + served);
        lost.stream().limit(3).forEach(System.out::println);
    }
}
