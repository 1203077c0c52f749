package io.acceptor.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.contract.Client;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs whose class files nobody has touched, beside probes: under the agent, and the same without it. */
@Timeout(180)
final class RealProgramsIT {
    private static final int ROUNDS = 3;
    private static final int RESETS_A_ROUND = 20;
    private static final int HELD_A_ROUND = 5;

    @ParameterizedTest
    @EnumSource
    void everyClientIsServedAndProbesAreKeptAway(RealProgram program, @TempDir Path folder) throws Exception {
        int guardedPort = JavaProgram.freePort();
        int plainPort = JavaProgram.freePort();
        try (JavaProgram guarded = program.startWithAgent(folder, guardedPort);
                JavaProgram plain = program.startWithout(folder, plainPort)) {
            program.awaitReady(guarded, guardedPort);
            program.awaitReady(plain, plainPort);

            int served = probesAndClients(program, guardedPort);
            probesAndClients(program, plainPort);

            assertThat(served).as("%s", guarded).isEqualTo(ROUNDS);
            int kept = ROUNDS * (RESETS_A_ROUND + (program.keepsSilentAway() ? HELD_A_ROUND : 0));
            await().untilAsserted(() -> assertThat(guarded.metric("acceptor_connections_total", "reset_"))
                    .as("probes; %s", guarded)
                    .isGreaterThanOrEqualTo(kept));
            assertThat(guarded.metric("acceptor_handoff_seconds_count", ":" + guardedPort))
                    .as("connections the program has seen; %s", guarded)
                    .isLessThanOrEqualTo(ROUNDS * (1 + RESETS_A_ROUND + HELD_A_ROUND) - kept);
            assertThat(guarded.lines())
                    .filteredOn(line -> line.startsWith("acceptor-agent: INFO guards"))
                    .singleElement()
                    .asString()
                    .endsWith(":" + guardedPort);
            assertThat(plain.lines()).noneMatch(line -> line.startsWith("acceptor-agent"));
        }
    }

    /** Gives how many clients were served, one a round, each while some connections are held that are reset after it. */
    private static int probesAndClients(RealProgram program, int port) throws Exception {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        int served = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < RESETS_A_ROUND; i++) {
                Client.probe(server);
            }
            List<Client> held = new ArrayList<>();
            for (int i = 0; i < HELD_A_ROUND; i++) {
                held.add(Client.connect(server));
            }
            program.serveClient(port);
            served++;
            for (Client client : held) {
                client.reset();
            }
        }
        return served;
    }
}
