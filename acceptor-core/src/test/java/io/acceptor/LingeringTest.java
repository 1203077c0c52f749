package io.acceptor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that were ended by us and whose clients have not: they hear the end at once, and only so many are waited for. */
@Timeout(60)
class LingeringTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final byte[] LAST_WORDS = "221 bye\r\n".getBytes(US_ASCII);

    private final List<Socket> clients = new ArrayList<>();
    private final ExecutorService workers = Executors.newCachedThreadPool();

    @AfterEach
    void close() throws IOException {
        workers.shutdownNow();
        for (Socket client : clients) {
            client.close();
        }
    }

    private void connect(Acceptor server, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            clients.add(new Socket(
                    server.localAddress().getAddress(), server.localAddress().getPort()));
        }
    }

    /** To the end of the stream; the clients' own ends stay open. */
    private void hearTheLastWords() throws IOException {
        for (Socket client : clients) {
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(LAST_WORDS);
        }
    }

    @Test
    void notMoreThanTheLimitAreWaitedForAtOnce() throws IOException {
        int more = 20;
        CountDownLatch all = new CountDownLatch(1);
        try (Acceptor server = Acceptor.builder()
                .handOffAtOnce()
                .executor(workers)
                .handler(client -> {
                    all.await();
                    client.output().write(LAST_WORDS);
                })
                .start(ANY_PORT)) {
            connect(server, Closing.LINGER_MAX + more);
            await().until(() -> server.stats().accepted() == clients.size()
                    && server.stats().pending() == 0);
            all.countDown();
            hearTheLastWords();
            await().until(() ->
                    server.stats().active() == Closing.LINGER_MAX); // for a second, unless they leave before
        }
    }

    @Test
    void whoIsRefusedInWordsHearsTheEndAtOnce() throws IOException {
        try (Acceptor server = Acceptor.builder()
                .admission(peer -> Admission.reject(Refusal.reply(LAST_WORDS)))
                .handler(client -> {})
                .start(ANY_PORT)) {
            connect(server, 20);
            hearTheLastWords();
            assertThat(server.stats().active()).isEqualTo(20); // the end did not come with the close
        }
    }
}
