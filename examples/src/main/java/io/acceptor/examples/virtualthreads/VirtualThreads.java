package io.acceptor.examples.virtualthreads;

import io.acceptor.Acceptor;
import io.acceptor.Connection;
import io.acceptor.examples.Listening;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A server that holds a connection a client for as long as the client likes, with blocking code and few threads. */
@Command(
        name = "virtual-threads",
        description = {
            "Answers each line with how many clients are here, and on how many platform threads. Needs Java 21.",
            "Each client has a handler that blocks: on virtual threads."
        },
        mixinStandardHelpOptions = true)
public final class VirtualThreads implements Callable<Integer> {
    private static final int FIRST_JAVA = 21;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private Listening listening = new Listening();

    private final AtomicInteger clients = new AtomicInteger();

    private VirtualThreads() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        ExecutorService workers = virtualThreads();
        Acceptor acceptor = Acceptor.builder()
                .name("virtual-threads")
                .backlog(4096)
                .maxPending(10_000) // a crowd may come faster than its handlers start
                .executor(workers) // from Java 24 on virtual threads are the default
                .handler(this::stay)
                .start(listening.address());
        return Listening.untilTerminated(spec.commandLine().getOut(), acceptor.localAddress(), () -> {
            acceptor.close();
            workers.shutdownNow();
        });
    }

    private void stay(Connection client) throws IOException {
        clients.incrementAndGet();
        try {
            InputStream input = client.input(); // without a buffer: ten thousand of them would count
            for (int next = input.read(); next >= 0; next = input.read()) {
                if (next == '\n') {
                    client.output().write(answer());
                }
            }
        } finally {
            clients.decrementAndGet();
        }
    }

    private byte[] answer() {
        int threads = ManagementFactory.getThreadMXBean().getThreadCount(); // virtual ones are not among them
        return (clients + " clients, " + threads + " platform threads\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** {@code Executors.newVirtualThreadPerTaskExecutor()}, found by name: these examples are compiled for Java 17 too. */
    private static ExecutorService virtualThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "virtual threads need Java " + FIRST_JAVA + " or later, this is Java " + Runtime.version(), e);
        }
    }
}
