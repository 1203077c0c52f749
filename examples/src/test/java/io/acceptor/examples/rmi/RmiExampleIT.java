package io.acceptor.examples.rmi;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.examples.Child;
import io.acceptor.it.Peers;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JDK's RMI client, while probes rain on registry and object. */
@Timeout(60)
final class RmiExampleIT {
    private static final int CALLS = 200;
    private static final Pattern KEPT = Pattern.compile("^(\\d+) probes kept from RMI$");

    @Test
    void callsArriveUnderProbes() throws Exception {
        try (Child example = Child.example("rmi", "--port=0");
                Peers.Rain rain = Peers.rain(example.port())) {
            for (int i = 0; i < CALLS; i++) {
                Registry registry = LocateRegistry.getRegistry("127.0.0.1", example.port());
                Greeter greeter = (Greeter) registry.lookup(Greeter.NAME);
                assertThat(greeter.greet("caller " + i)).isEqualTo("Hello, caller " + i);
            }
            long probes = rain.stop();

            example.terminate();
            assertThat(Long.parseLong(example.find(KEPT))).isBetween(1L, probes); // the last one may be cut
        }
    }
}
