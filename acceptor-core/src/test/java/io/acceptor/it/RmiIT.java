package io.acceptor.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.acceptor.AcceptorStats;
import io.acceptor.Outcome;
import io.acceptor.ResilientServerSocket;
import io.acceptor.ResilientServerSocketFactory;
import io.acceptor.it.Peers.Rain;
import java.io.IOException;
import java.net.ServerSocket;
import java.rmi.Remote;
import java.rmi.RemoteException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.RMIServerSocketFactory;
import java.rmi.server.RMISocketFactory;
import java.rmi.server.UnicastRemoteObject;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/** RMI on resilient server sockets: its registry and its objects, called over loopback while probes rain on both. */
@Timeout(90)
class RmiIT {
    private static final String HOSTNAME = "java.rmi.server.hostname";
    private static final int CALLS = 400;

    private static String hostnameBefore;

    /** What is called from far away. */
    public interface Adder extends Remote {
        /** Adds. */
        int add(int one, int other) throws RemoteException;
    }

    private static final class AdderImpl implements Adder {
        @Override
        public int add(int one, int other) {
            return one + other;
        }
    }

    /** Passes on to a factory of ours and remembers what it made. Compared by identity, as RMI needs it. */
    private static final class Remembering implements RMIServerSocketFactory {
        private final ResilientServerSocketFactory factory =
                new ResilientServerSocketFactory(settings -> settings.name("rmi"));
        private final ConcurrentMap<Integer, ResilientServerSocket> made = new ConcurrentHashMap<>();

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            ResilientServerSocket socket = (ResilientServerSocket) factory.createServerSocket(port);
            made.put(socket.getLocalPort(), socket);
            return socket;
        }

        ResilientServerSocket on(int port) {
            return made.get(port);
        }

        void closeAll() throws IOException {
            for (ResilientServerSocket socket : made.values()) {
                socket.close();
            }
        }
    }

    @BeforeAll
    static void stayOnLoopback() {
        hostnameBefore = System.setProperty(HOSTNAME, "127.0.0.1");
    }

    @AfterAll
    static void restore() {
        if (hostnameBefore == null) {
            System.clearProperty(HOSTNAME);
        } else {
            System.setProperty(HOSTNAME, hostnameBefore);
        }
    }

    private static int portOf(Remote stub) {
        Matcher matcher = Pattern.compile("endpoint:\\[[^]:]*:(\\d+)").matcher(stub.toString());
        assertThat(matcher.find()).as("an endpoint in %s", stub).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    @Test
    void callsSucceedWhileProbesRain(TestReporter reporter) throws Exception {
        Remembering registrySockets = new Remembering();
        Remembering objectSockets = new Remembering();
        Registry registry =
                LocateRegistry.createRegistry(0, RMISocketFactory.getDefaultSocketFactory(), registrySockets);
        Adder adder = new AdderImpl();
        try (CapturedLog log = new CapturedLog(Level.INFO, "rmi")) {
            Adder exported = (Adder) UnicastRemoteObject.exportObject(adder, 0, null, objectSockets);
            registry.rebind("adder", exported);
            int registryPort = registrySockets.made.keySet().iterator().next();
            int objectPort = portOf(exported);
            assertThat(objectSockets.on(objectPort)).isNotNull();

            Registry far = LocateRegistry.getRegistry("127.0.0.1", registryPort);
            long onRegistry;
            long onObject;
            try (Rain registryRain = Peers.rain(registryPort);
                    Rain objectRain = Peers.rain(objectPort)) {
                for (int i = 0; i < CALLS; i++) {
                    assertThat(((Adder) far.lookup("adder")).add(i, 1)).isEqualTo(i + 1);
                }
                onRegistry = registryRain.stop();
                onObject = objectRain.stop();
            }
            assertThat(((Adder) far.lookup("adder")).add(1, 2)).isEqualTo(3);
            reporter.publishEntry("probes among the calls", (onRegistry + onObject) + " among " + 2 * CALLS);
            assertBooks(registrySockets.on(registryPort), onRegistry);
            assertBooks(objectSockets.on(objectPort), onObject);
            assertThat(log.lines(Level.INFO)).isEmpty();
        } finally {
            UnicastRemoteObject.unexportObject(adder, true);
            UnicastRemoteObject.unexportObject(registry, true);
            registrySockets.closeAll();
            objectSockets.closeAll();
        }
    }

    /** RMI itself keeps its connections open, so what has ended are the probes, and idle calls at most. */
    private static void assertBooks(ResilientServerSocket socket, long probes) {
        assertThat(probes).isPositive();
        await().untilAsserted(() -> {
            AcceptorStats stats = socket.stats();
            assertThat(stats.probeLike()).isEqualTo(probes);
            assertThat(stats.ended()).isEqualTo(probes + stats.outcomes().get(Outcome.COMPLETED));
        });
    }

    @Test
    void exportsWithEqualFactoriesShareAPort() throws Exception {
        Adder one = new AdderImpl();
        Adder two = new AdderImpl();
        Adder three = new AdderImpl();
        try {
            Remote first = UnicastRemoteObject.exportObject(one, 0, null, new ResilientServerSocketFactory());
            Remote second = UnicastRemoteObject.exportObject(two, 0, null, new ResilientServerSocketFactory());
            Remote third = UnicastRemoteObject.exportObject(
                    three, 0, null, new ResilientServerSocketFactory(settings -> settings.queueSize(3)));
            assertThat(portOf(second)).isEqualTo(portOf(first));
            assertThat(portOf(third)).isNotEqualTo(portOf(first));
            for (Remote stub : List.of(first, second, third)) {
                assertThat(((Adder) stub).add(2, 2)).isEqualTo(4);
            }
        } finally {
            for (Adder each : List.of(one, two, three)) {
                UnicastRemoteObject.unexportObject(each, true);
            }
        }
    }
}
