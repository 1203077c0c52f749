package io.acceptor.exhaustion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Plays a scenario again and again, each time with a fault at another of the places that it passes. */
final class FaultSweep {
    private ClassLoader loader = newLoader();

    private static ClassLoader newLoader() {
        return new FaultInjectingLoader(FaultSweep.class.getClassLoader());
    }

    /** What is wrong, for each place where an Error had it go wrong. */
    List<String> errorsIn(Class<? extends ExhaustionScenario> scenario) throws Exception {
        play(scenario); // what the JDK and the library open once, and keep
        FaultPoints.passed();
        assertThat(play(scenario)).as("without a fault").isEmpty();
        BitSet points = FaultPoints.passed();
        List<String> wrong = new ArrayList<>();
        for (int point = points.nextSetBit(0); point >= 0; point = points.nextSetBit(point + 1)) {
            String found = playWith(point, FaultSweep::error, scenario);
            // twice, for a reader of the kernel's tables may have been opened anew
            if (!found.isEmpty()
                    && !playWith(point, FaultSweep::error, scenario).isEmpty()) {
                wrong.add(FaultPoints.name(point) + ": " + found);
                loader = newLoader(); // what this one has left behind is nobody else's fault
                play(scenario);
            }
        }
        return wrong;
    }

    private static Throwable error() {
        return new OutOfMemoryError("on purpose");
    }

    /** With a fault when the place is passed for the first time. */
    String playWith(int point, Supplier<? extends Throwable> fault, Class<?> scenario) throws Exception {
        FaultPoints.arm(point, fault);
        try {
            return play(scenario);
        } finally {
            FaultPoints.disarm();
        }
    }

    @SuppressWarnings("unchecked") // all scenarios give a text
    String play(Class<?> scenario) throws Exception {
        Object made =
                loader.loadClass(scenario.getName()).getDeclaredConstructor().newInstance();
        return ((Callable<String>) made).call();
    }
}
