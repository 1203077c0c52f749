package io.acceptor.contract;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** The clients' half of the hammer: threads that play faults at random, and count what they saw. */
final class HammerClients {
    /** All of them, the plain client several times: something must work in between. */
    static final List<Fault> ALL = List.of(
            new Fault.Probe(),
            new Fault.Probe(),
            new Fault.DelayedReset(),
            new Fault.HalfClose(),
            new Fault.SilentLeave(),
            new Fault.Silent(),
            new Fault.NeverRead(),
            new Fault.SlowRead(),
            new Fault.ResetMidGreeting(),
            new Fault.Speak(HammerScript.SERVE),
            new Fault.Speak(HammerScript.SERVE),
            new Fault.Speak(HammerScript.SERVE),
            new Fault.Speak(HammerScript.CLOSE),
            new Fault.Speak(HammerScript.THROW),
            new Fault.Speak(HammerScript.THROW_ERROR),
            new Fault.Speak(HammerScript.CLOSE_AND_THROW),
            new Fault.EarlyData(),
            new Fault.ResetAfterEcho(),
            new Fault.KeepTalking());

    /** Those that end by themselves also when the handler waits for them for ever. */
    static final List<Fault> IMPATIENT =
            ALL.stream().filter(fault -> !(fault instanceof Fault.Silent)).toList();

    static final int SOURCES = 8;

    final AtomicLong connected = new AtomicLong();
    final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    private final InetSocketAddress server;
    private final List<Fault> faults;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Map<Fault.Seen, AtomicLong> seen = new EnumMap<>(Fault.Seen.class);
    private final List<Thread> threads;

    HammerClients(InetSocketAddress server, List<Fault> faults, int threads, SplittableRandom random) {
        this.server = server;
        this.faults = faults;
        for (Fault.Seen each : Fault.Seen.values()) {
            seen.put(each, new AtomicLong());
        }
        this.threads = IntStream.range(0, threads)
                .mapToObj(i -> {
                    SplittableRandom own = random.split();
                    return new Thread(() -> run(own), "hammer-client-" + i);
                })
                .toList();
    }

    void start() {
        threads.forEach(Thread::start);
    }

    long count(Fault.Seen what) {
        return seen.get(what).get();
    }

    /** No more clients; waits until the last ones have left. */
    void stop() throws InterruptedException {
        stopping.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        boolean some = true;
        while (some) {
            some = Fault.NeverRead.leave();
        }
    }

    private void run(SplittableRandom random) {
        while (!stopping.get()) {
            Fault fault = faults.get(random.nextInt(faults.size()));
            try {
                Client client = connect(random, fault);
                if (client != null) {
                    connected.incrementAndGet();
                    seen.get(play(fault, client)).incrementAndGet();
                }
            } catch (Throwable t) {
                failures.add(new AssertionError(fault + " failed", t));
            }
        }
    }

    /** Where clients come from; from 1. */
    static InetAddress source(int number) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) number});
    }

    /** Null if this machine has no port left for this source. */
    private Client connect(SplittableRandom random, Fault fault) throws IOException {
        InetAddress source = source(1 + random.nextInt(SOURCES));
        boolean small = fault instanceof Fault.SlowRead || fault instanceof Fault.NeverRead;
        try {
            return Client.connectFrom(source, server, small);
        } catch (BindException e) {
            return null;
        }
    }

    private static Fault.Seen play(Fault fault, Client client) {
        try {
            return fault.play(client);
        } catch (IOException e) {
            client.close(); // refused, reset or cut in the middle of it: that is what limits are for
            return fault.speaks() ? Fault.Seen.SPOKE_IN_VAIN : Fault.Seen.LEFT_SILENTLY;
        }
    }
}
