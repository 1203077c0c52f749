package io.acceptor.bench.victims;

import io.acceptor.bench.measure.Punctuality;
import io.acceptor.bench.measure.Schedule;
import io.acceptor.bench.measure.SourceAddresses;
import io.acceptor.bench.measure.Tally;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Clients that want to be greeted, started at a constant rate whatever becomes of the earlier ones. Latency is counted
 * from the intended moment, so that a server's stall shows in all who came meanwhile.
 *
 * <p>Bounded: each client by its timeout, all by the schedule and a number of threads. Once an instance.
 */
public final class GreetedClients {
    /*
     * Leader and followers. Whoever holds the lock is the leader: it takes the next turn and waits until that is due;
     * then it lets go of the lock, for the next leader, and is that client itself. So nothing is handed over between the
     * moment and the client; and while a server stalls, threads are added as clients come due, up to the number that can
     * be waiting at once.
     */
    private static final int THREADS_AT_START = 3;
    private static final int MAX_THREADS = 2_000;
    private static final int DIGITS = 3;

    private final InetSocketAddress target;
    private final byte[] greeting;
    private final Duration timeout;
    private final SourceAddresses sources;
    private final ClientObserver observer;
    private final Histogram latency = new ConcurrentHistogram(DIGITS);
    private final Histogram lateness = new ConcurrentHistogram(DIGITS);
    private final Tally<ClientEnd> ends = new Tally<>(ClientEnd.class);
    private final Tally<SynRetries> retries = new Tally<>(SynRetries.class);
    private final AtomicInteger threads = new AtomicInteger();
    private final Phaser running = new Phaser(1);
    private final ReentrantLock leading = new ReentrantLock();

    /** Guarded by {@link #leading}. */
    private long nextTurn;

    public GreetedClients(InetSocketAddress target, byte[] greeting, Duration timeout, SourceAddresses sources) {
        this(target, greeting, timeout, sources, ClientObserver.NONE);
    }

    public GreetedClients(
            InetSocketAddress target,
            byte[] greeting,
            Duration timeout,
            SourceAddresses sources,
            ClientObserver observer) {
        this.target = target;
        this.greeting = greeting.clone();
        this.timeout = timeout;
        this.sources = sources;
        this.observer = observer;
    }

    /** Runs clients at that rate for that long. */
    public ClientsResult run(double perSecond, Duration length) {
        double waitingAtOnce = perSecond * timeout.toNanos() / TimeUnit.SECONDS.toNanos(1);
        int most = (int) Math.min(MAX_THREADS, THREADS_AT_START + Math.ceil(waitingAtOnce));
        return run(Schedule.startingNow(perSecond, length), most);
    }

    /** Runs clients by that schedule with at most so many threads, that is clients at once. */
    public ClientsResult run(Schedule schedule, int mostThreads) {
        for (int i = 0; i < Math.min(THREADS_AT_START, mostThreads); i++) {
            addThread(schedule, mostThreads);
        }
        running.arriveAndAwaitAdvance();
        return new ClientsResult(
                schedule.count(), ends.counts(), retries.counts(), latency, Punctuality.of(lateness, schedule));
    }

    private void addThread(Schedule schedule, int most) {
        running.register();
        Thread thread = new Thread(() -> takeTurns(schedule, most), "client-" + threads.incrementAndGet());
        thread.setDaemon(true);
        thread.start();
    }

    private void takeTurns(Schedule schedule, int most) {
        try {
            boolean more = true;
            while (more) {
                more = takeTurn(schedule, most);
            }
        } finally {
            running.arriveAndDeregister();
        }
    }

    /** Whether there was one to take. */
    private boolean takeTurn(Schedule schedule, int most) {
        try (GreetedClient client = new GreetedClient(greeting, timeout)) {
            boolean prepared = client.prepare(sources.next());
            OptionalLong due = awaitTurn(schedule, most);
            if (due.isPresent()) {
                long moment = due.getAsLong();
                ClientEnd end = prepared ? run(client, moment) : ClientEnd.NOT_STARTED;
                ends.add(end);
                observer.ended(end, System.nanoTime() - moment);
            }
            return due.isPresent();
        }
    }

    /** As the leader, waits for the next turn; empty if there is none any more. */
    private OptionalLong awaitTurn(Schedule schedule, int most) {
        leading.lock();
        try {
            if (nextTurn == schedule.count() || schedule.isOver()) {
                return OptionalLong.empty();
            }
            long due = schedule.nanosOf(nextTurn++);
            if (!leading.hasQueuedThreads() && threads.get() < most) {
                addThread(schedule, most);
            }
            Schedule.await(due);
            return OptionalLong.of(due);
        } finally {
            leading.unlock();
        }
    }

    private ClientEnd run(GreetedClient client, long due) {
        lateness.recordValue(Math.max(0, System.nanoTime() - due));
        ClientEnd end = client.run(target);
        if (client.connectNanos() >= 0) {
            retries.add(SynRetries.of(client.connectNanos()));
        }
        if (end == ClientEnd.GREETED) {
            latency.recordValue(System.nanoTime() - due);
        }
        return end;
    }
}
