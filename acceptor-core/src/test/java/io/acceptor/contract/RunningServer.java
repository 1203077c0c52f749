package io.acceptor.contract;

import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.DrainReport;
import io.acceptor.queue.AcceptQueue;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** A server of the engine under test. */
public interface RunningServer extends AutoCloseable {

    /** Where it listens; also after close. */
    InetSocketAddress address();

    /** The books at this moment; also after close. */
    AcceptorStats stats();

    /** The health at this moment; also after close. */
    AcceptorHealth health();

    /** The kernel's accept queue of this server. */
    AcceptQueue queue();

    /** Its meters. */
    MeterBinder metrics();

    /**
     * Waits until it has noticed that a limit was reached which leaves connections in the backlog, if that was not by its own
     * doing and it looks only now and then.
     */
    default void awaitLimitNoticed() {}

    /** Ends it gently. */
    CompletionStage<DrainReport> drain(Duration lameDuck, Duration grace);

    /** Ends it at once. */
    @Override
    void close();
}
