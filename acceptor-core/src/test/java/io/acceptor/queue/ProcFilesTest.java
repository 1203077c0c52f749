package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How the files of the kernel's tables are held: opened once, whatever happens to the reading threads. */
@EnabledOnOs(OS.LINUX)
class ProcFilesTest {
    private static final int PORT = 4000;

    @TempDir
    private Path root;

    private FakeProc proc;

    @BeforeEach
    void makeProc() {
        proc = new FakeProc(root);
    }

    @AfterEach
    void leaveNoInterruptBehind() {
        Thread.interrupted();
    }

    /** They lead out of the temporary directory, which JUnit warns of. */
    @AfterEach
    void removeLinks() throws IOException {
        for (String name : List.of("tcp6", "tcp", "snmp")) {
            Files.deleteIfExists(root.resolve("self/net").resolve(name));
        }
    }

    @Test
    void anInterruptedThreadReadsAndStaysInterrupted() {
        proc.tcp6(proc.listener6("127.0.0.1", PORT, 7)).tcp();
        AcceptQueue queue = proc.queue("127.0.0.1", PORT);
        Thread.currentThread().interrupt();
        assertThat(queue.reading()).isEqualTo(new AcceptQueueReading(7, 50));
        assertThat(proc.queue("127.0.0.1", PORT).reading()).isEqualTo(new AcceptQueueReading(7, 50));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(queue.reading()).isEqualTo(new AcceptQueueReading(7, 50));
    }

    @Test
    void threadsInterruptedWhileReadingDisturbNobody() throws InterruptedException {
        proc.tcp6(proc.listener6("::1", PORT, 1).repeat(200), proc.listener6("127.0.0.1", PORT, 7))
                .tcp();
        AcceptQueue queue = proc.queue("127.0.0.1", PORT);
        AtomicReference<AcceptQueueReading> wrong = new AtomicReference<>();
        Thread[] readers = new Thread[4];
        for (int t = 0; t < readers.length; t++) {
            readers[t] = new Thread(() -> {
                for (int i = 0; i < 1000; i++) {
                    AcceptQueueReading reading = queue.reading();
                    if (!reading.equals(new AcceptQueueReading(7, 50))) {
                        wrong.set(reading);
                    }
                }
            });
            readers[t].start();
        }
        while (Stream.of(readers).anyMatch(Thread::isAlive)) {
            Stream.of(readers).forEach(Thread::interrupt);
            Thread.onSpinWait();
        }
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(wrong).hasNullValue();
    }

    @Test
    void aFileOnceOpenedIsHeld() throws IOException {
        proc.tcp6(proc.listener6("127.0.0.1", PORT, 7));
        AcceptQueue queue = proc.queue("127.0.0.1", PORT);
        Files.delete(root.resolve("self/net/tcp6"));
        assertThat(queue.reading().depth()).isEqualTo(7);
        assertThat(proc.queue("127.0.0.1", PORT).reading().depth()).isEqualTo(7);
    }

    @Test
    void aFileThatCannotBeReadIsOpenedAnewByTheNextScan() throws IOException {
        linkToUnreadable("tcp6");
        AcceptQueue queue = proc.tcp().queue("127.0.0.1", PORT);
        assertThat(queue.reading().depth()).isNaN();
        Files.delete(root.resolve("self/net/tcp6"));
        proc.tcp6(proc.listener6("127.0.0.1", PORT, 7));
        assertThat(queue.reading().depth()).isEqualTo(7);
    }

    @Test
    void anUnreadableIpv6TableDoesNotLeadToTheOtherOne() throws IOException {
        linkToUnreadable("tcp6");
        proc.tcp(proc.listener("127.0.0.1", PORT, 3));
        assertThat(proc.queue("127.0.0.1", PORT).reading().depth()).isNaN();
    }

    @Test
    void aFileThatIsThereButCannotBeOpenedDoesNotLeadToTheOtherOne() throws IOException {
        Files.createDirectories(root.resolve("self/net/tcp6"));
        proc.tcp(proc.listener("127.0.0.1", PORT, 3));
        assertThat(proc.queue("127.0.0.1", PORT).reading().depth()).isNaN();
    }

    @Test
    void readingsLeakNoDescriptors() throws IOException {
        proc.tcp6(proc.listener6("127.0.0.1", PORT, 7)).tcp().arrivals(1);
        AcceptQueue held = proc.queue("127.0.0.1", PORT);
        AcceptQueue missing = new FakeProc(root.resolve("absent")).queue("127.0.0.1", PORT);
        AcceptQueue real = AcceptQueue.of(FakeProc.address("127.0.0.1", PORT), 50, 1);
        long before = openDescriptors();
        for (int i = 0; i < 10_000; i++) {
            held.reading();
            missing.reading();
            AcceptQueue.sample(List.of(held));
            AcceptQueue.somaxconn();
        }
        for (int i = 0; i < 100; i++) {
            real.reading();
        }
        assertThat(openDescriptors()).isLessThan(before + 100);
    }

    @Test
    void filesThatFailLeakNoDescriptors() throws IOException {
        linkToUnreadable("tcp6");
        linkToUnreadable("tcp");
        linkToUnreadable("snmp");
        AcceptQueue queue = proc.queue("127.0.0.1", PORT);
        long before = openDescriptors();
        for (int i = 0; i < 1000; i++) {
            AcceptQueue.sample(List.of(queue));
        }
        assertThat(openDescriptors()).isLessThan(before + 100);
    }

    @Test
    void manyQueuesCostNoMoreSystemCallsThanOne() throws IOException {
        needCountOfReads();
        proc.tcp6(proc.listener6("127.0.0.1", PORT, 0)).tcp();
        AcceptQueue[] many = new AcceptQueue[100];
        Arrays.setAll(many, i -> proc.queue("127.0.0.1", PORT));
        long ofOne = readsOf(() -> AcceptQueue.sample(List.of(many[0])));
        assertThat(ofOne).isPositive();
        assertThat(readsOf(() -> AcceptQueue.sample(List.of(many)))).isEqualTo(ofOne);
    }

    @Test
    void theEndOfATableIsNotAskedForOnceMore() throws IOException {
        needCountOfReads();
        proc.tcp6(proc.listener6("127.0.0.1", PORT, 7)).tcp();
        AcceptQueue queue = proc.queue("127.0.0.1", PORT);
        assertThat(readsOf(queue::reading)).isEqualTo(readsOf(() -> {}) + 1);
    }

    private static void needCountOfReads() {
        assumeTrue(
                Files.isReadable(Path.of("/proc/thread-self/io")),
                "no /proc/thread-self/io: system calls cannot be counted");
    }

    /** The read system calls of doing something a second time, and of looking at the count. */
    private static long readsOf(Runnable action) throws IOException {
        action.run();
        long before = reads();
        action.run();
        return reads() - before;
    }

    private static long reads() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/thread-self/io"))) {
            return lines.filter(line -> line.startsWith("syscr: "))
                    .mapToLong(line -> Long.parseLong(line.substring("syscr: ".length())))
                    .sum();
        }
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }

    /** The memory of a process can be opened, but not read at its start. */
    private void linkToUnreadable(String table) throws IOException {
        Files.createDirectories(root.resolve("self/net"));
        Files.createSymbolicLink(root.resolve("self/net").resolve(table), Path.of("/proc/self/mem"));
    }
}
