package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A port that several processes share by SO_REUSEPORT. */
final class DoctorSharedPortIT {
    private static final int BACKLOG = 500;
    private static final int ENOUGH = 3;
    private static final int TIMEOUT_MILLIS = 200;

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void theOneThatHangsIsNamedWhicheverWasStartedFirst(int hanging) throws Exception {
        int port = freePort();
        try (PortSharer first = PortSharer.on(port, BACKLOG);
                PortSharer second = PortSharer.on(port, BACKLOG);
                Clients clients = new Clients(port)) {
            PortSharer hung = (hanging == 0 ? first : second).stop();
            clients.untilSomeWait();

            JsonObject json = DoctorProcess.run(port, "--json").json();

            assertThat(json.get("verdict").getAsString()).isEqualTo(Verdict.SOME_STALLED.words());
            assertThat(json.get("pid").getAsLong()).isEqualTo(hung.pid());
            assertThat(json.get("limit").getAsInt()).isEqualTo(2 * BACKLOG);
            assertThat(json.get("acceptedPerSecond").toString()).isNotEqualTo("0");
            assertThat(json.getAsJsonArray("listeners"))
                    .extracting(JsonElement::getAsJsonObject)
                    .hasSize(2)
                    .allMatch(each -> each.get("limit").getAsInt() == BACKLOG)
                    .allMatch(each -> each.get("stalled").getAsBoolean()
                            == (each.get("pid").getAsLong() == hung.pid()))
                    .allMatch(each -> each.get("stalled").getAsBoolean()
                            ? each.get("depth").getAsInt() >= ENOUGH
                            : each.get("depth").getAsInt() < ENOUGH);
        }
    }

    @Test
    void aFullOneLocksItsShareOutAndIsShownSo() throws Exception {
        int port = freePort();
        try (PortSharer hung = PortSharer.on(port, 2).stop();
                PortSharer well = PortSharer.on(port, BACKLOG);
                Clients clients = new Clients(port)) {
            clients.untilSomeWait();

            DoctorProcess text = DoctorProcess.run(port);

            assertThat(text.exitCode()).isEqualTo(1);
            assertThat(text.output())
                    .contains("2 listeners share it (SO_REUSEPORT):", "- pid " + hung.pid(), "- pid " + well.pid())
                    .containsPattern("\n    3 of 2, FULL; nothing taken for [0-9.]+ s\n")
                    .contains("drops the SYN of that share", "/proc/" + hung.pid() + "/status")
                    .doesNotContain("SYN of everyone", "taken       0 a second");
            DoctorPage.compare(Verdict.SOME_STALLED, text);
        }
    }

    @Test
    void whereAllHangItIsAStall() throws Exception {
        int port = freePort();
        try (PortSharer first = PortSharer.on(port, BACKLOG).stop();
                PortSharer second = PortSharer.on(port, BACKLOG).stop();
                Clients clients = new Clients(port)) {
            clients.untilSomeWait();

            JsonObject json = DoctorProcess.run(port, "--json").json();

            assertThat(json.get("verdict").getAsString()).isEqualTo(Verdict.ACCEPT_STALLED.words());
            assertThat(json.get("pid").isJsonNull())
                    .as("neither %d nor %d alone", first.pid(), second.pid())
                    .isTrue();
        }
    }

    @Test
    void whereAllAreWellTheyAreHealthyAndNoneIsNamed() throws Exception {
        int port = freePort();
        try (PortSharer first = PortSharer.on(port, BACKLOG);
                PortSharer second = PortSharer.on(port, BACKLOG);
                Clients clients = new Clients(port)) {
            assertThat(List.of(first, second)).allMatch(PortSharer::isAlive);

            DoctorProcess run = DoctorProcess.run(port, "--json");

            assertThat(run.exitCode()).as(run.output()).isZero();
            assertThat(run.json().get("verdict").getAsString())
                    .as("%d clients answered", clients.answered.get())
                    .isEqualTo(Verdict.HEALTHY.words());
            assertThat(run.json().get("pid").isJsonNull()).isTrue();
        }
    }

    private static int freePort() throws IOException {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", 1)) {
            return queue.port();
        }
    }

    /** They come one after the other, wait a moment for their byte, and stay if they do not get one. */
    private static final class Clients implements AutoCloseable {
        private static final int MOST_WAITING = 40;

        private final InetSocketAddress address;
        private final AtomicInteger answered = new AtomicInteger();
        private final AtomicInteger waiting = new AtomicInteger();
        private final List<Socket> open = new ArrayList<>();
        private final Loop loop;

        Clients(int port) {
            address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            loop = new Loop(this::come);
        }

        private void come() throws IOException {
            Socket client = new Socket();
            try {
                client.connect(address, TIMEOUT_MILLIS);
                client.setSoTimeout(TIMEOUT_MILLIS);
                if (client.getInputStream().read() == 'h') {
                    client.close();
                    answered.incrementAndGet();
                }
            } catch (IOException unanswered) {
                open.add(client);
                waiting.incrementAndGet();
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(waiting.get() < MOST_WAITING ? 10 : 100));
        }

        void untilSomeWait() {
            await().until(() -> waiting.get() >= ENOUGH);
        }

        @Override
        public void close() throws IOException {
            loop.close();
            for (Socket each : open) {
                each.close();
            }
        }
    }
}
