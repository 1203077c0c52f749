package io.acceptor.exhaustion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory, threads or the kernel's help fail at each step of a server's life in turn: nothing is lost, and the next client is served. */
class ExhaustionIT {
    private ClassLoader loader = newLoader();

    private static ClassLoader newLoader() {
        return new FaultInjectingLoader(ExhaustionIT.class.getClassLoader());
    }

    @AfterEach
    void disarm() {
        FaultPoints.disarm();
    }

    @ParameterizedTest
    @ValueSource(classes = {NioExhaustion.class, DropInExhaustion.class})
    void nothingIsLostWhereverAnErrorHits(Class<? extends ExhaustionScenario> scenario) throws Exception {
        assertThat(sweep(scenario)).isEmpty();
    }

    /** What is wrong, for each place where an Error had it go wrong. */
    List<String> sweep(Class<? extends ExhaustionScenario> scenario) throws Exception {
        run(scenario); // what the JDK and the library open once, and keep
        FaultPoints.passed();
        assertThat(run(scenario)).as("without a fault").isEmpty();
        BitSet points = FaultPoints.passed();
        List<String> wrong = new ArrayList<>();
        for (int point = points.nextSetBit(0); point >= 0; point = points.nextSetBit(point + 1)) {
            String found = runWith(point, scenario);
            if (!found.isEmpty()
                    && !runWith(point, scenario)
                            .isEmpty()) { // twice: a reader of the kernel's may have been opened anew
                wrong.add(FaultPoints.name(point) + ": " + found);
                loader = newLoader(); // what this one has left behind is nobody else's fault
                run(scenario);
            }
        }
        return wrong;
    }

    private String runWith(int point, Class<? extends ExhaustionScenario> scenario) throws Exception {
        FaultPoints.arm(point, () -> new OutOfMemoryError("on purpose"));
        try {
            return run(scenario);
        } finally {
            FaultPoints.disarm();
        }
    }

    /** As macOS does with EINVAL for a socket whose peer has reset the connection. */
    @ParameterizedTest
    @CsvSource({
        "Accepting.unblock, SocketChannel.configureBlocking, RESET_BEFORE_GREETING",
        "Reception.setOption, SocketChannel.setOption, PEER_RESET",
        "NioConnection.open, SocketChannel.configureBlocking, PEER_RESET"
    })
    void whatTheKernelRefusesOnAConnectionThatWasResetIsAReset(String method, String call, String outcome)
            throws Exception {
        run(RefusedCallScenario.class);
        FaultPoints.arm(FaultPoints.find(method, call), () -> new IOException("Invalid argument"));
        assertThat(run(RefusedCallScenario.class)).isEqualTo(outcome);
    }

    @SuppressWarnings("unchecked") // all scenarios give a text
    private String run(Class<?> scenario) throws Exception {
        Object made =
                loader.loadClass(scenario.getName()).getDeclaredConstructor().newInstance();
        return ((Callable<String>) made).call();
    }
}
