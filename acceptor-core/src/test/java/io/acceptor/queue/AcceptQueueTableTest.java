package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the kernel's tables are read, whole ones and broken ones. */
class AcceptQueueTableTest {
    private static final int PORT = 4000;
    private static final double DEPTH = 0x2B;

    @TempDir
    private Path root;

    private FakeProc proc;
    private AcceptQueue queue;

    @BeforeEach
    void makeProc() {
        proc = new FakeProc(root).tcp6().tcp();
        queue = proc.queue("127.0.0.1", PORT);
    }

    private String ours() {
        return proc.listener6("127.0.0.1", PORT, (long) DEPTH);
    }

    @Test
    void readingStopsAtTheFirstRowThatIsNoListener() {
        proc.tcp6(ours(), proc.row6("127.0.0.1", PORT, FakeProc.ESTABLISHED, 9), "garbage\n", ours());
        assertThat(queue.reading().depth()).isEqualTo(DEPTH);
    }

    @Test
    void garbageAmongTheListenersMakesTheTableUnknown() {
        proc.tcp6(ours(), "garbage\n", proc.row6("127.0.0.1", PORT, FakeProc.ESTABLISHED, 9));
        assertThat(queue.reading().depth()).isNaN();
    }

    @Test
    void aGarbledTableDoesNotLeadToTheOtherOne() {
        proc.tcp6("garbage\n").tcp(proc.listener("127.0.0.1", PORT, 3));
        assertThat(queue.reading().depth()).isNaN();
    }

    @Test
    void aGarbledIpv4TableLeavesWhatTheOtherOneHeld() {
        AcceptQueue v4 = proc.queue("127.0.0.1", PORT + 1);
        AcceptQueue wildcard = proc.queue("0.0.0.0", PORT + 2);
        proc.tcp6(ours(), proc.listener6("::", PORT + 2, 5)).tcp(proc.listener("127.0.0.1", PORT + 1, 3), "garbage\n");
        AcceptQueue.sample(Arrays.asList(queue, v4, wildcard));
        assertThat(queue.last().depth()).isEqualTo(DEPTH);
        assertThat(v4.last().depth()).isNaN();
        assertThat(wildcard.last().depth()).isNaN();
    }

    @Test
    void aTableOfManyReadsIsReadToItsEnd() {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            rows.append(proc.listener6("127.0.0.1", 10_000 + i, 1));
        }
        proc.tcp6(rows.toString(), ours());
        assertThat(queue.reading().depth()).isEqualTo(DEPTH);
    }

    @Test
    void aTableThatIsTooLongIsUnknown() {
        proc.tcp6(ours().repeat(20_000));
        assertThat(queue.reading().depth()).isNaN();
    }

    @Test
    void rowsMayCrossTheBufferAnywhere() {
        int rowLength = ours().length();
        for (int shift = 0; shift < rowLength; shift += 3) {
            String before = pad(proc.listener6("127.0.0.1", 5000, 1), shift);
            proc.tcp6(before, proc.listener6("127.0.0.1", 5001, 1).repeat(60), ours());
            assertThat(queue.reading().depth()).as("shift %d", shift).isEqualTo(DEPTH);
        }
    }

    private static String pad(String row, int spaces) {
        return row.substring(0, row.length() - 1) + " ".repeat(spaces) + "\n";
    }

    @Test
    void aRowThatIsTooLongIsUnknown() {
        proc.tcp6(pad(ours(), 10_000));
        assertThat(queue.reading().depth()).isNaN();
    }

    @Test
    void anEmptyFileIsUnknown() {
        proc.write("self/net/tcp6", "");
        assertThat(queue.reading().depth()).isNaN();
    }

    @Test
    void aTableWithoutRowsHoldsNoListener() {
        assertThat(queue.reading().depth()).isNaN();
    }

    @Test
    void aTableWithoutItsHeaderIsUnknown() {
        proc.write("self/net/tcp6", ours() + ours());
        assertThat(queue.reading().depth()).isNaN();
        proc.write("self/net/tcp6", "  sl\n" + ours());
        assertThat(queue.reading().depth()).isNaN();
    }

    @Test
    void aTableCutOffAnywhereIsRightOrUnknown() {
        String table = FakeProc.TCP6_HEADER + proc.listener6("::1", PORT, 1) + ours();
        for (int length = 0; length < table.length(); length++) {
            proc.write("self/net/tcp6", table.substring(0, length));
            assertThat(queue.reading().depth()).as("length %d", length).isNaN();
        }
        proc.write("self/net/tcp6", table);
        assertThat(queue.reading().depth()).isEqualTo(DEPTH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FFFFFFFF",
                "80000000",
                "0000000G",
                "0000002b2B",
                "2B",
                "-000002B",
                "+000002B",
                "0x00002B",
                "        "
            })
    void aDepthThatNoQueueHasIsUnknown(String depth) {
        proc.tcp6(ours().replace(":0000002B ", ":" + depth + " "));
        assertThat(queue.reading().depth()).isNaN();
    }

    @Test
    void theLargestDepthIsRead() {
        proc.tcp6(ours().replace(":0000002B ", ":7FFFFFFF "));
        assertThat(queue.reading().depth()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void aRowThatSwallowedItsNeighbourIsUnknown() {
        proc.tcp6(ours().replace('\n', ' '), ours());
        assertThat(queue.reading().depth()).isNaN();
    }

    @Test
    void aByteThatIsNoDigitIsNeverReadAsOne() {
        byte[] table = (FakeProc.TCP6_HEADER + ours()).getBytes(StandardCharsets.ISO_8859_1);
        byte[] strange = {0, '\n', '-', 'G', ' ', ':', '@', (byte) 0xB2};
        for (int i = 0; i < table.length; i++) {
            for (byte replacement : strange) {
                byte[] mutant = table.clone();
                mutant[i] = replacement;
                proc.write("self/net/tcp6", mutant);
                assertThat(queue.reading().depth()).as("byte %d", i).isIn(DEPTH, Double.NaN);
            }
        }
    }

    @Test
    void noMutationThrowsOrGivesANumberThatNoQueueHas() {
        Random random = new Random(20_261_122);
        byte[] table = (FakeProc.TCP6_HEADER
                        + proc.listener6("::1", PORT, 1)
                        + ours()
                        + ours()
                        + proc.row6("127.0.0.1", PORT, FakeProc.ESTABLISHED, 3))
                .getBytes(StandardCharsets.ISO_8859_1);
        int known = 0;
        for (int round = 0; round < 5000; round++) {
            proc.write(random.nextBoolean() ? "self/net/tcp6" : "self/net/tcp", mutate(table, random));
            AcceptQueueReading reading = queue.reading();
            if (reading.known()) {
                known++;
                assertThat(reading.depth()).isBetween(0.0, 2.0 * Integer.MAX_VALUE);
            }
        }
        assertThat(known).as("mutants that could still be read").isBetween(1, 4999);
    }

    @Test
    void noMutationMakesAnInspectionThrowOrImpossible() {
        Random random = new Random(20_261_125);
        byte[] table = (FakeProc.TCP6_HEADER
                        + proc.listener6("127.0.0.1", PORT, 4)
                        + proc.queued6("127.0.0.1", PORT, 11, FakeProc.ESTABLISHED, 3)
                        + proc.queued6("127.0.0.1", PORT, 12, "08", 1)
                        + proc.queued6("127.0.0.1", PORT, 13, "03", 0)
                        + proc.row6("127.0.0.1", PORT, FakeProc.ESTABLISHED, 3))
                .getBytes(StandardCharsets.ISO_8859_1);
        Set<Boolean> known = new HashSet<>();
        for (int round = 0; round < 5000; round++) {
            proc.write("self/net/tcp6", mutate(table, random));
            AcceptQueueInspection seen = queue.inspection();
            known.add(seen.reading().known());
            if (seen.reading().known()) {
                assertThat(seen.ghostsAtLeast()).isBetween(0.0, seen.ghostsAtMost());
                assertThat(seen.ghostsAtMost())
                        .isLessThanOrEqualTo(seen.reading().depth());
                assertThat(seen.visible())
                        .allSatisfy(each -> assertThat(each.bytesWaiting()).isBetween(0L, (long) Integer.MAX_VALUE));
            }
        }
        assertThat(known).as("mutants that could still be read, and others").containsExactlyInAnyOrder(true, false);
    }

    @Test
    void connectionsBehindThousandsOfOthersAreFound() {
        String others =
                proc.row6("127.0.0.1", PORT + 1, FakeProc.ESTABLISHED, 0).repeat(30_000);
        proc.arrivals(1);
        proc.tcp6(ours(), others, proc.queued6("127.0.0.1", PORT, 11, FakeProc.ESTABLISHED, 3));
        assertThat(queue.inspection().visible()).hasSize(1);
        proc.tcp6(ours(), others, "garbage\n", proc.queued6("127.0.0.1", PORT, 11, FakeProc.ESTABLISHED, 3));
        assertThat(queue.inspection()).isEqualTo(AcceptQueueInspection.UNKNOWN);
    }

    private static byte[] mutate(byte[] table, Random random) {
        byte[] mutant = random.nextInt(4) == 0 ? Arrays.copyOf(table, random.nextInt(table.length)) : table.clone();
        for (int n = random.nextInt(4); n > 0 && mutant.length > 0; n--) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(3)) {
                case 0 -> mutant[at] = (byte) random.nextInt(256);
                case 1 -> mutant[at] = (byte) "0123456789ABCDEF: \n".charAt(random.nextInt(19));
                default -> {
                    int length = random.nextInt(Math.min(200, mutant.length - at));
                    System.arraycopy(table, random.nextInt(table.length - length), mutant, at, length);
                }
            }
        }
        return mutant;
    }
}
