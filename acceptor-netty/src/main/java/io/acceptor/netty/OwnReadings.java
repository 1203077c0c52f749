package io.acceptor.netty;

import io.acceptor.queue.AcceptQueueReading;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** What the listening sockets of one address tell of their queues. Thread-safe. */
final class OwnReadings implements Supplier<List<AcceptQueueReading>> {
    private final List<ListeningSocket> sockets = new CopyOnWriteArrayList<>();

    void add(ListeningSocket socket) {
        sockets.add(socket);
    }

    void remove(ListeningSocket socket) {
        sockets.remove(socket);
    }

    /** One for each; empty if one cannot tell. */
    @Override
    public List<AcceptQueueReading> get() {
        List<AcceptQueueReading> readings = new ArrayList<>(sockets.size());
        for (ListeningSocket socket : sockets) {
            AcceptQueueReading reading = socket.queue();
            if (!reading.known()) {
                return List.of();
            }
            readings.add(reading);
        }
        return readings;
    }
}
