package io.acceptor.queue;

import java.io.File;
import java.nio.ByteOrder;

/** The ways to read the queues of this machine, each by itself. */
enum QueueSources {
    SOCK_DIAG("sock_diag") {
        @Override
        SocketSources sources() {
            return new SocketSources(DiagSource.byJna(System::nanoTime), proc("/nothing"));
        }
    },
    PROC("proc") {
        @Override
        SocketSources sources() {
            return new SocketSources(null, proc("/proc"));
        }
    };

    final String text;

    QueueSources(String text) {
        this.text = text;
    }

    abstract SocketSources sources();

    /** A source that uses this way only; its files and sockets stay open. */
    QueueSource open() {
        return new QueueSource(sources(), new Inspector(inspected(), System::nanoTime), System::nanoTime);
    }

    /** The number of connections that came in is read from the same file whatever the way is. */
    private SocketSources inspected() {
        return this == PROC ? sources() : new SocketSources(DiagSource.byJna(System::nanoTime), proc("/proc"));
    }

    private static ProcNet proc(String root) {
        return new ProcNet(new File(root), ByteOrder.nativeOrder(), System::nanoTime);
    }
}
