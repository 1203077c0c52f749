package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the kernel's counters are read, from whole files and from broken ones, and how the file is held. */
class ProcListenCountersTest {
    private static final String FILE = "self/net/netstat";
    private static final String NAMES =
            "TcpExt: SyncookiesSent DelayedACKLost ListenOverflows ListenDrops TCPHPHits TCPReqQFullDoCookies\n";
    private static final String VALUES = "TcpExt: 0 2484 367 368 41540 7\n";
    private static final String REST = "IpExt: InNoRoutes ListenOverflows ListenDrops\nIpExt: 0 1 2\n";
    private static final ListenCounters COUNTED = new ListenCounters(367, 368);

    @TempDir
    private Path root;

    private FakeProc proc;
    private ProcListenCounters counters;

    @BeforeEach
    void makeProc() {
        proc = new FakeProc(root);
        counters = new ProcListenCounters(new HeldFile(root.resolve(FILE).toFile(), proc.clock::get));
        proc.write(FILE, NAMES + VALUES + REST);
    }

    @AfterEach
    void leaveNoInterruptBehind() {
        Thread.interrupted();
    }

    @Test
    void theColumnsAreFoundByTheirNames() {
        assertThat(counters.read()).isEqualTo(COUNTED);
        assertThat(read("TcpExt: ListenDrops A B ListenOverflows\nTcpExt: 5 6 7 8\n"))
                .isEqualTo(new ListenCounters(8, 5));
        assertThat(read("MPTcpExt: ListenOverflows ListenDrops\nMPTcpExt: 1 2\n" + NAMES + VALUES))
                .isEqualTo(COUNTED);
    }

    @Test
    void aNumberOfZeroIsKnown() {
        assertThat(read("TcpExt: ListenOverflows ListenDrops\nTcpExt: 0 0\n")).isEqualTo(new ListenCounters(0, 0));
    }

    @Test
    void aMissingColumnLeavesTheOtherOne() {
        assertThat(read("TcpExt: A ListenDrops\nTcpExt: 1 2\n")).isEqualTo(new ListenCounters(Double.NaN, 2));
        assertThat(read("TcpExt: ListenOverflows A\nTcpExt: 1 2\n")).isEqualTo(new ListenCounters(1, Double.NaN));
        assertThat(read("TcpExt: ListenOverflow ListenDropsX\nTcpExt: 1 2\n")).isEqualTo(ListenCounters.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "garbage",
                "TcpExt:\nTcpExt:\n",
                "TcpExt: \nTcpExt: \n",
                "TcpExt: ListenOverflows ListenDrops\n",
                "TcpExt: ListenOverflows ListenDrops\nTcpExt: 1\n",
                "TcpExt: ListenOverflows ListenDrops\nTcpExt: 1 2 3\n",
                "TcpExt: ListenOverflows ListenDrops\nTcpExt: 1  2\n",
                "TcpExt: ListenOverflows ListenDrops\nTcpExt: 1 2",
                "TcpExt: ListenOverflows ListenDrops\nIpExt: 1 2\n",
                "TcpExt: ListenOverflows ListenDrops\n\nTcpExt: 1 2\n",
                "TcpExt: 1 2\nTcpExt: ListenOverflows ListenDrops\n",
                "TcpExt: listenoverflows listendrops\nTcpExt: 1 2\n",
                "IpExt: ListenOverflows ListenDrops\nIpExt: 1 2\n"
            })
    void aFileThatMakesNoSenseIsUnknown(String text) {
        assertThat(read(text)).isEqualTo(ListenCounters.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "+1",
                "1.5",
                "1e3",
                "0x10",
                "NaN",
                "x",
                "\t1",
                "1\r",
                "\u00b2",
                "9007199254740993",
                "9223372036854775808",
                "18446744073709551615",
                "99999999999999999999999999"
            })
    void aNumberThatNoCounterHasIsUnknownAndLeavesTheOther(String number) {
        assertThat(read("TcpExt: ListenOverflows ListenDrops A\nTcpExt: " + number + " 2 3\n"))
                .isEqualTo(new ListenCounters(Double.NaN, 2));
        assertThat(read("TcpExt: A ListenOverflows ListenDrops\nTcpExt: 1 2 " + number + "\n"))
                .isEqualTo(new ListenCounters(2, Double.NaN));
    }

    @Test
    void theLargestNumberIsExact() {
        assertThat(read("TcpExt: ListenOverflows ListenDrops\nTcpExt: 9007199254740992 9007199254740991\n"))
                .isEqualTo(new ListenCounters(9_007_199_254_740_992.0, 9_007_199_254_740_991.0));
    }

    @Test
    void linesMayBeAsLongAsAnyKernelsAndNotLonger() {
        assertThat(read(padded(300))).isEqualTo(COUNTED);
        assertThat(read(padded(2000))).isEqualTo(ListenCounters.UNKNOWN);
    }

    /** Columns before and behind ours, about four times as many as Linux 6.18 has. */
    private static String padded(int columns) {
        return "TcpExt:" + " TCPSomethingElse".repeat(columns) + " ListenOverflows ListenDrops"
                + " TCPMore".repeat(columns) + "\nTcpExt:" + " 0".repeat(columns) + " 367 368" + " 0".repeat(columns)
                + "\n"
                + REST;
    }

    @Test
    void aFileCutOffAnywhereIsRightOrUnknown() {
        String whole = NAMES + VALUES + REST;
        for (int length = 0; length <= whole.length(); length++) {
            ListenCounters expected = length < NAMES.length() + VALUES.length() ? ListenCounters.UNKNOWN : COUNTED;
            assertThat(read(whole.substring(0, length))).as("length %d", length).isEqualTo(expected);
        }
    }

    @Test
    void aByteThatIsNoDigitIsNeverReadAsOne() {
        byte[] whole = (NAMES + VALUES).getBytes(StandardCharsets.ISO_8859_1);
        byte[] strange = {0, '\n', '-', '+', 'G', ' ', ':', '\t', (byte) 0xB2};
        for (int i = 0; i < whole.length; i++) {
            for (byte replacement : strange) {
                byte[] mutant = whole.clone();
                mutant[i] = replacement;
                proc.write(FILE, mutant);
                ListenCounters read = counters.read();
                assertThat(read.overflows()).as("byte %d", i).isIn(COUNTED.overflows(), Double.NaN);
                assertThat(read.drops()).as("byte %d", i).isIn(COUNTED.drops(), Double.NaN);
            }
        }
    }

    @Test
    void noMutationThrowsOrGivesANumberThatNoCounterHas() {
        Random random = new Random(20_261_207);
        byte[] whole = (NAMES + VALUES + REST).getBytes(StandardCharsets.ISO_8859_1);
        int known = 0;
        for (int round = 0; round < 2000; round++) {
            proc.write(FILE, mutate(whole, random));
            ListenCounters read = counters.read();
            for (double number : new double[] {read.overflows(), read.drops()}) {
                if (!Double.isNaN(number)) {
                    known++;
                    assertThat(number).isBetween(0.0, 0x1p53).isEqualTo(Math.rint(number));
                }
            }
        }
        assertThat(known).as("numbers that could still be read").isBetween(1, 3999);
    }

    private static byte[] mutate(byte[] whole, Random random) {
        byte[] mutant = random.nextInt(4) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
        for (int n = random.nextInt(4); n > 0 && mutant.length > 0; n--) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(3)) {
                case 0 -> mutant[at] = (byte) random.nextInt(256);
                case 1 -> mutant[at] = (byte) "0123456789-: \n".charAt(random.nextInt(14));
                default -> {
                    int length = random.nextInt(Math.min(100, mutant.length - at));
                    System.arraycopy(whole, random.nextInt(whole.length - length), mutant, at, length);
                }
            }
        }
        return mutant;
    }

    @Test
    void aFileThatIsNotThereIsUnknownAndLookedForAgainAfterASecond() throws IOException {
        Files.delete(root.resolve(FILE));
        assertThat(counters.read()).isEqualTo(ListenCounters.UNKNOWN);
        proc.write(FILE, NAMES + VALUES);
        proc.clock.addAndGet(HeldFile.RETRY_NANOS - 1);
        assertThat(counters.read()).isEqualTo(ListenCounters.UNKNOWN);
        proc.clock.addAndGet(1);
        assertThat(counters.read()).isEqualTo(COUNTED);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theFileOnceOpenedIsHeldAndReadAnew() throws IOException {
        assertThat(counters.read()).isEqualTo(COUNTED);
        proc.write(FILE, "TcpExt: ListenOverflows ListenDrops\nTcpExt: 1 2\n");
        assertThat(counters.read()).isEqualTo(new ListenCounters(1, 2));
        Files.delete(root.resolve(FILE));
        assertThat(counters.read()).isEqualTo(new ListenCounters(1, 2));
    }

    /** The memory of a process can be opened, but not read at its start. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatCannotBeReadIsOpenedAnewAndLeaksNothing() throws IOException {
        Path file = root.resolve(FILE);
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/proc/self/mem"));
        long before = openDescriptors();
        for (int i = 0; i < 1000; i++) {
            assertThat(counters.read()).isEqualTo(ListenCounters.UNKNOWN);
        }
        assertThat(openDescriptors()).isLessThan(before + 100);
        Files.delete(file);
        proc.write(FILE, NAMES + VALUES);
        assertThat(counters.read()).isEqualTo(COUNTED);
    }

    private static long openDescriptors() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }

    @Test
    void anInterruptedThreadReadsAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertThat(counters.read()).isEqualTo(COUNTED);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(counters.read()).isEqualTo(COUNTED);
    }

    @Test
    void threadsInterruptedWhileReadingDisturbNobody() throws InterruptedException {
        AtomicReference<ListenCounters> wrong = new AtomicReference<>();
        Thread[] readers = new Thread[4];
        for (int t = 0; t < readers.length; t++) {
            readers[t] = new Thread(() -> {
                for (int i = 0; i < 1000; i++) {
                    ListenCounters read = counters.read();
                    if (!read.equals(COUNTED)) {
                        wrong.set(read);
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

    private ListenCounters read(String text) {
        proc.write(FILE, text);
        return counters.read();
    }
}
