package io.acceptor.examples.virtualthreads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.acceptor.examples.Child;
import io.acceptor.it.Peers;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** Ten thousand clients at once, each of which is answered, and keeps its handler. */
@Timeout(120)
final class VirtualThreadsIT {
    private static final int CLIENTS = 10_000;
    private static final Pattern ANSWER = Pattern.compile("(\\d+) clients, (\\d+) platform threads");

    @Test
    void startsOrSaysWhichJavaItNeeds() throws Exception {
        try (Child example = Child.example("virtual-threads", "--port=0")) {
            if (Runtime.version().feature() >= 21) {
                assertThat(example.port()).isPositive();
            } else {
                assertThat(example.exitCode()).isEqualTo(1);
                assertThat(example.lines())
                        .singleElement()
                        .asString()
                        .contains("virtual threads need Java 21 or later, this is Java " + Runtime.version());
            }
        }
    }

    @Tag("virtual-threads")
    @Test
    void tenThousandClientsStayOnFewThreads(TestReporter reporter) throws Exception {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        assumeTrue(
                system instanceof UnixOperatingSystemMXBean unix && unix.getMaxFileDescriptorCount() > CLIENTS + 500,
                "needs a descriptor a client: ulimit -n " + (CLIENTS + 1000));
        List<Peers.Client> clients = new ArrayList<>(CLIENTS);
        try (Child example = Child.example("virtual-threads", "--port=0")) {
            int port = example.port();
            Matcher last = ANSWER.matcher("");
            for (int i = 1; i <= CLIENTS; i++) {
                Peers.Client client = Peers.connect(port);
                clients.add(client);
                last = ask(client);
                assertThat(Integer.parseInt(last.group(1)))
                        .as("those who are here")
                        .isEqualTo(i);
            }
            Peers.probe(port, 200, 1);
            assertThat(Integer.parseInt(ask(clients.get(0)).group(1)))
                    .as("the first is still here")
                    .isEqualTo(CLIENTS);
            reporter.publishEntry("the server said", last.group());
            assertThat(Integer.parseInt(last.group(2))).isLessThan(100);
        } finally {
            clients.forEach(Peers.Client::close);
        }
    }

    private static Matcher ask(Peers.Client client) throws Exception {
        StringBuilder line = new StringBuilder();
        client.say("how many?\n");
        for (String next = client.hear(1); !next.equals("\n"); next = client.hear(1)) {
            line.append(next);
        }
        Matcher answer = ANSWER.matcher(line);
        assertThat(answer.matches()).as("%s", line).isTrue();
        return answer;
    }
}
