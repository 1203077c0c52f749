package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.queue.FakeKernel.FakeSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Netlink messages that no kernel writes: none may throw, last for ever, or be taken for more than they are. */
class DiagReplyTest {
    private static final int PORT = 4000;
    private static final FakeSocket LISTENER = FakeSocket.listener(true, "127.0.0.1", PORT, 7, 128, 1);
    private static final FakeSocket QUEUED = FakeSocket.queued(true, SocketRow.CLOSE_WAIT, "::1", PORT, 11, 3);

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(4096).order(ByteOrder.nativeOrder());
    private final DiagReply reply = new DiagReply(bytes);

    private static byte[] twoRowsAndTheEnd() {
        ByteBuffer datagram = FakeKernel.buffer();
        FakeKernel.row(datagram, 1, 0, LISTENER);
        FakeKernel.row(datagram, 1, 0, QUEUED);
        datagram.putInt(20)
                .putShort((short) 3)
                .putShort((short) 2)
                .putInt(1)
                .putInt(0)
                .putInt(0);
        return FakeKernel.taken(datagram);
    }

    /** How it ends; what the rows say is checked on the way. */
    private DiagReply.Step read(byte[] datagram) {
        bytes.clear().put(datagram).clear();
        reply.start(datagram.length);
        int most = datagram.length / DiagReply.HEADER_BYTES + 1;
        DiagReply.Step step = reply.next();
        for (int steps = 1; step == DiagReply.Step.ROW; steps++) {
            assertThat(steps).as("steps through %d bytes", datagram.length).isLessThanOrEqualTo(most);
            DiagRow row = reply.row();
            assertThat(row.received()).isBetween(0L, (long) Integer.MAX_VALUE);
            assertThat(row.limit()).isBetween(-1L, (long) Integer.MAX_VALUE);
            assertThat(row.idleMillis()).isBetween(-1L, 0xFFFF_FFFFL);
            assertThat(row.local().port()).isBetween(0, 0xFFFF);
            step = reply.next();
        }
        return step;
    }

    @Test
    void aWholeDatagramIsReadToItsEnd() {
        assertThat(read(twoRowsAndTheEnd())).isEqualTo(DiagReply.Step.DONE);
        assertThat(reply.row().state()).isEqualTo(SocketRow.CLOSE_WAIT);
        assertThat(reply.row().received()).isEqualTo(3);
        assertThat(reply.row().idleMillis()).isEqualTo(1234);
        assertThat(reply.row().remote().port()).isEqualTo(11);
    }

    @Test
    void aDatagramCutOffAnywhereIsBroken() {
        byte[] whole = twoRowsAndTheEnd();
        int first = FakeKernel.taken(FakeKernel.row(FakeKernel.buffer(), 1, 0, LISTENER)).length;
        int second = FakeKernel.taken(FakeKernel.row(FakeKernel.buffer(), 1, 0, QUEUED)).length;
        for (int length = 0; length < whole.length; length++) {
            boolean between = length == 0 || length == first || length == first + second;
            assertThat(read(Arrays.copyOf(whole, length)))
                    .as("length %d", length)
                    .isEqualTo(between ? DiagReply.Step.END : DiagReply.Step.BROKEN);
        }
    }

    @Test
    void theOtherByteOrderIsBroken() {
        byte[] whole = twoRowsAndTheEnd();
        ByteBuffer swapped = ByteBuffer.allocate(whole.length);
        ByteBuffer words = ByteBuffer.wrap(whole);
        while (words.remaining() >= Integer.BYTES) {
            swapped.putInt(Integer.reverseBytes(words.getInt()));
        }
        assertThat(read(swapped.array())).isEqualTo(DiagReply.Step.BROKEN);
    }

    @Test
    void lengthsThatLieAreBroken() {
        for (int length : new int[] {Integer.MIN_VALUE, -1, 0, 1, 15, 4096, Integer.MAX_VALUE}) {
            byte[] datagram = twoRowsAndTheEnd();
            ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder()).putInt(0, length);
            assertThat(read(datagram)).as("message of %d", length).isEqualTo(DiagReply.Step.BROKEN);
        }
        for (int length : new int[] {0, 1, 3, 1000, 0xFFFF}) {
            byte[] datagram = twoRowsAndTheEnd();
            ByteBuffer.wrap(datagram)
                    .order(ByteOrder.nativeOrder())
                    .putShort(DiagReply.HEADER_BYTES + DiagRow.BYTES, (short) length);
            assertThat(read(datagram)).as("attribute of %d", length).isEqualTo(DiagReply.Step.BROKEN);
        }
    }

    @Test
    void aDepthThatNoQueueHasIsBroken() {
        byte[] datagram = twoRowsAndTheEnd();
        ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder()).putInt(DiagReply.HEADER_BYTES + 56, -1);
        assertThat(read(datagram)).isEqualTo(DiagReply.Step.BROKEN);
    }

    @Test
    void aShortTcpInfoTellsNoAge() {
        ByteBuffer datagram = FakeKernel.buffer();
        FakeSocket socket = FakeSocket.queued(true, SocketRow.ESTABLISHED, "::1", PORT, 11, 3);
        FakeKernel.row(datagram, 1, 0, socket);
        int attribute = DiagReply.HEADER_BYTES + DiagRow.BYTES + 8;
        datagram.putInt(0, attribute + 4 + 44).putShort(attribute, (short) (4 + 44));
        assertThat(read(Arrays.copyOf(FakeKernel.taken(datagram), attribute + 4 + 44)))
                .isEqualTo(DiagReply.Step.END);
        assertThat(reply.row().idleMillis()).isEqualTo(SocketRow.UNKNOWN);
    }

    @Test
    void noMutationThrowsLastsForEverOrGivesANumberThatNothingHas() {
        Random random = new Random(20_261_125);
        Set<DiagReply.Step> ends = EnumSet.noneOf(DiagReply.Step.class);
        for (int round = 0; round < 50_000; round++) {
            ends.add(read(mutated(random)));
        }
        assertThat(ends).contains(DiagReply.Step.DONE, DiagReply.Step.BROKEN);
    }

    @Test
    void noiseIsBroken() {
        Random random = new Random(20_261_126);
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[1 + random.nextInt(600)];
            random.nextBytes(noise);
            assertThat(read(noise)).isNotEqualTo(DiagReply.Step.DONE);
        }
    }

    private static byte[] mutated(Random random) {
        byte[] datagram = twoRowsAndTheEnd();
        byte[] mutant = random.nextInt(5) == 0 ? Arrays.copyOf(datagram, random.nextInt(datagram.length)) : datagram;
        for (int n = 1 + random.nextInt(4); n > 0 && mutant.length > 0; n--) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(3)) {
                case 0 -> mutant[at] = (byte) random.nextInt(256);
                case 1 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
                default -> {
                    int length = random.nextInt(Math.min(64, mutant.length - at));
                    System.arraycopy(mutant, random.nextInt(mutant.length - length), mutant, at, length);
                }
            }
        }
        return mutant;
    }
}
