package io.acceptor;

import static io.acceptor.HandedSocketPair.attempt;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.HandedSocketPair.Kind;
import java.io.InputStream;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** On virtual threads, where a plain socket too is closed by an interrupt. */
@Tag("virtual-threads")
class HandedSocketVirtualThreadTest {
    private static final int TOO_MUCH = 96 * 1024 * 1024;

    /** A virtual thread and what comes of it. */
    private record Running(Thread thread, FutureTask<String> task) {
        String result() throws Exception {
            return task.get(20, SECONDS);
        }

        Running awaitBlocked() {
            await().until(() -> thread.getState() == Thread.State.WAITING);
            return this;
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatWasSent(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            Running reader = startReading(pair.accepted()).awaitBlocked();
            pair.client().getOutputStream().write(77);
            assertThat(reader.result()).isEqualTo("77");
        }
    }

    @ParameterizedTest
    @EnumSource
    void timesOut(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            pair.accepted().setSoTimeout(20);
            assertThat(startReading(pair.accepted()).result())
                    .isEqualTo("java.net.SocketTimeoutException: Read timed out");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBlockedReaderIsWokenByClose(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            Running reader = startReading(pair.accepted()).awaitBlocked();
            Running closer = start(() -> {
                pair.accepted().close();
                return "closed";
            });
            assertThat(closer.result()).isEqualTo("closed");
            assertThat(reader.result()).isEqualTo("java.net.SocketException: Socket closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBlockedWriterIsWokenByClose(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            Running writer = startWriting(pair.accepted()).awaitBlocked();
            pair.accepted().close();
            assertThat(writer.result()).isEqualTo("java.net.SocketException: Socket closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptClosesTheReadersSocket(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            Running reader = startReading(pair.accepted()).awaitBlocked();
            reader.thread().interrupt();
            assertThat(reader.result()).isEqualTo("java.net.SocketException: Closed by interrupt");
            assertThat(pair.accepted().isClosed()).isTrue();
            assertThat(pair.closings()).hasValue(kind == Kind.HANDED ? 1 : 0);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptClosesTheWritersSocket(Kind kind) throws Exception {
        try (HandedSocketPair pair = kind.connect()) {
            Running writer = startWriting(pair.accepted()).awaitBlocked();
            writer.thread().interrupt();
            assertThat(writer.result()).isEqualTo("java.net.SocketException: Closed by interrupt");
            assertThat(pair.accepted().isClosed()).isTrue();
        }
    }

    private static Running startReading(Socket socket) throws Exception {
        InputStream in = socket.getInputStream();
        return start(in::read);
    }

    private static Running startWriting(Socket socket) throws Exception {
        return start(() -> {
            socket.getOutputStream().write(new byte[TOO_MUCH]);
            return "written";
        });
    }

    /** By reflection: this is compiled for Java 17. */
    private static Running start(Callable<?> work) throws Exception {
        FutureTask<String> task = new FutureTask<>(() -> attempt(work));
        Thread thread = (Thread)
                Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        return new Running(thread, task);
    }
}
