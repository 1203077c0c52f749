package io.acceptor.contract;

import io.acceptor.Admission;
import io.acceptor.AdmissionPolicy;
import io.acceptor.Greeting;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * User code that holds up the loops which call it until it is released: what happens to clients meanwhile happens in the
 * kernel's accept queue, before the engine could look at them.
 */
final class HeldLoops {
    private final CountDownLatch released = new CountDownLatch(1);
    private final Map<Thread, CountDownLatch> held = new ConcurrentHashMap<>();

    /** A greeting whose supplier holds its loop. */
    Greeting greeting(String text) {
        return Greeting.perConnection(peer -> {
            hold();
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        });
    }

    /** A policy that holds its loop, then admits. */
    AdmissionPolicy policy() {
        return peer -> {
            hold();
            return Admission.admit();
        };
    }

    /** Holds the calling loop, for as long as a test may run at most; an interrupt ends it early. */
    void hold() {
        CountDownLatch own = held.computeIfAbsent(Thread.currentThread(), loop -> new CountDownLatch(1));
        try {
            if (released.getCount() > 0 && !own.await(2L * Client.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the test did not release the loop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many loops have been held. */
    int count() {
        return held.size();
    }

    /** Lets all loops go, now and later. */
    void release() {
        released.countDown();
        held.values().forEach(CountDownLatch::countDown);
    }

    /** The loops that have been held. */
    List<Thread> loops() {
        return held.keySet().stream()
                .sorted(Comparator.comparing(Thread::getName))
                .toList();
    }

    /** Lets one loop go, now and later. */
    void release(Thread loop) {
        held.get(loop).countDown();
    }
}
