package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.queue.FakeKernel.FakeSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the kernel is asked by netlink, and what is made of its answers, the strange ones too. */
class DiagSourceTest {
    private static final int PORT = 4000;

    private final FakeKernel kernel = new FakeKernel();
    private final DiagSource source = kernel.source();

    private static ListenAddress address(String host) {
        return address(host, PORT);
    }

    private static ListenAddress address(String host, int port) {
        return ListenAddress.of(FakeProc.address(host, port));
    }

    private PortListeners find(PortListeners ports) {
        assertThat(source.listeners(new PortListeners[] {ports})).isTrue();
        return ports;
    }

    private List<Listener> find(String host) {
        return find(PortListeners.of(address(host), null)).found();
    }

    private boolean fails() {
        return !source.listeners(new PortListeners[] {PortListeners.of(address("127.0.0.1"), null)});
    }

    @Test
    void aListenerIsFoundWithDepthAndLimit() {
        kernel.sockets.add(FakeSocket.listener(true, "127.0.0.1", PORT, 7, 128, 5L << 32 | 1));
        kernel.sockets.add(FakeSocket.listener(true, "127.0.0.1", PORT + 1, 9, 9, 2));
        assertThat(find("127.0.0.1"))
                .containsExactly(new Listener(true, address("127.0.0.1"), false, 7, 128, 5L << 32 | 1, 1));
        assertThat(find("127.0.0.2")).isEmpty();
    }

    @Test
    void listenersOfBothFamiliesAreFound() {
        kernel.sockets.add(FakeSocket.listener(false, "0.0.0.0", PORT, 1, 10, 1));
        kernel.sockets.add(FakeSocket.listener(true, "::1", PORT, 2, 20, 2));
        assertThat(find(PortListeners.at(PORT)).found())
                .extracting(Listener::depth)
                .containsExactlyInAnyOrder(1L, 2L);
    }

    @Test
    void whatWasTheOnlyListenerIsLookedUpAlone() {
        kernel.sockets.add(FakeSocket.listener(true, "127.0.0.1", PORT, 7, 128, 1));
        Listener before = find("127.0.0.1").get(0);
        kernel.sockets.set(0, FakeSocket.listener(true, "127.0.0.1", PORT, 8, 128, 1));
        kernel.dumps = 0;
        PortListeners again = find(PortListeners.of(address("127.0.0.1"), before));
        assertThat(again.isAsExpected()).isTrue();
        assertThat(again.found()).extracting(Listener::depth).containsExactly(8L);
        assertThat(kernel.dumps).isZero();
    }

    private PortListeners[] many() {
        return IntStream.range(0, 100)
                .mapToObj(i -> {
                    FakeSocket socket = FakeSocket.listener(true, "::1", 5000 + i, i, 128, i + 1);
                    kernel.sockets.add(socket);
                    return PortListeners.of(
                            socket.local(), new Listener(true, socket.local(), false, 0, 128, i + 1, 0));
                })
                .toArray(PortListeners[]::new);
    }

    @Test
    void manyAmongFewOthersAreDumped() {
        PortListeners[] many = many();
        assertThat(source.listeners(many)).isTrue();
        assertThat(kernel.lookUps).isZero();
        assertThat(kernel.dumps).isEqualTo(1);
        for (int i = 0; i < many.length; i++) {
            assertThat(many[i].found()).extracting(Listener::depth).containsExactly((long) i);
        }
    }

    @Test
    void manyAmongThousandsOfOthersAreLookedUpWithFewSends() {
        for (int i = 0; i < 1000; i++) {
            kernel.sockets.add(FakeSocket.listener(true, "127.0.0.1", 20_000 + i, 1, 2, 10_000 + i));
        }
        assertThat(source.listeners(many())).isTrue();
        kernel.sockets.subList(1000, 1100).clear();
        PortListeners[] many = many();
        kernel.sends = 0;
        assertThat(source.listeners(many)).isTrue();
        assertThat(kernel.sends).isEqualTo(4);
        for (int i = 0; i < many.length; i++) {
            assertThat(many[i].found()).extracting(Listener::depth).containsExactly((long) i);
        }
    }

    @Test
    void anotherListenerAtTheAddressIsSearchedFor() {
        kernel.sockets.add(FakeSocket.listener(true, "127.0.0.1", PORT, 7, 128, 2));
        Listener gone = new Listener(true, address("127.0.0.1"), false, 3, 128, 1, 0);
        PortListeners ports = find(PortListeners.of(address("127.0.0.1"), gone));
        assertThat(ports.isAsExpected()).isFalse();
        assertThat(ports.found()).extracting(Listener::depth).containsExactly(7L);
    }

    @Test
    void theListenerOfAllAddressesDoesNotAnswerForOneThatIsGone() {
        kernel.sockets.add(FakeSocket.listener(true, "::", PORT, 7, 128, 1));
        Listener gone = new Listener(true, address("127.0.0.1"), false, 3, 128, 1, 0);
        assertThat(find(PortListeners.of(address("127.0.0.1"), gone)).found()).isEmpty();
        assertThat(kernel.lookUps).isEqualTo(1);
    }

    @Test
    void aDumpOfManyDatagramsIsReadToItsEnd() {
        for (int i = 0; i < 1000; i++) {
            kernel.sockets.add(FakeSocket.listener(false, "127.0.0.1", PORT, 1, 2, i));
        }
        assertThat(find("127.0.0.1")).hasSize(1000);
        assertThat(find("127.0.0.1")).as("nothing is left of the first").hasSize(1000);
    }

    @Test
    void onlyWhatWaitsToBeAcceptedIsQueued() {
        kernel.sockets.add(FakeSocket.listener(true, "::1", PORT, 3, 128, 1));
        kernel.sockets.add(FakeSocket.queued(true, SocketRow.ESTABLISHED, "::1", PORT, 11, 3));
        kernel.sockets.add(FakeSocket.queued(true, SocketRow.CLOSE_WAIT, "::1", PORT, 12, 1));
        kernel.sockets.add(FakeSocket.queued(true, SocketRow.SYN_RECV, "::1", PORT, 13, 0));
        kernel.sockets.add(FakeSocket.queued(true, SocketRow.ESTABLISHED, "::1", PORT, 14, 3)
                .accepted());
        kernel.sockets.add(FakeSocket.queued(true, SocketRow.ESTABLISHED, "::1", PORT + 1, 15, 3));
        kernel.sockets.add(FakeSocket.queued(false, SocketRow.ESTABLISHED, "127.0.0.1", PORT, 16, 3));
        List<String> seen = new ArrayList<>();
        assertThat(source.queued(
                        true,
                        PORT,
                        row -> seen.add(row.remote().port() + " " + row.state() + " " + row.received() + " "
                                + row.idleMillis())))
                .isTrue();
        assertThat(seen).containsExactly("11 1 3 1234", "12 8 1 1234", "13 3 0 1234");
    }

    @Test
    void answersToEarlierQuestionsAreSkipped() {
        kernel.sockets.add(FakeSocket.listener(true, "127.0.0.1", PORT, 7, 128, 1));
        FakeSocket stale = FakeSocket.listener(true, "127.0.0.1", PORT, 99, 128, 1);
        kernel.way = datagrams -> {
            List<byte[]> all = new ArrayList<>();
            all.add(FakeKernel.taken(FakeKernel.row(FakeKernel.buffer(), -5, 0, stale)));
            all.addAll(datagrams);
            return all;
        };
        assertThat(find("127.0.0.1")).extracting(Listener::depth).containsExactly(7L);
        Listener expected = new Listener(true, address("127.0.0.1"), false, 3, 128, 1, 0);
        assertThat(find(PortListeners.of(address("127.0.0.1"), expected)).found())
                .extracting(Listener::depth)
                .containsExactly(7L);
    }

    @Test
    void aDumpThatTheKernelCallsInterruptedFails() {
        kernel.sockets.add(FakeSocket.listener(true, "127.0.0.1", PORT, 7, 128, 1));
        kernel.dumpFlags = 0x10;
        assertThat(fails()).isTrue();
        assertThat(kernel.closed).as("the socket is sound").isFalse();
        kernel.dumpFlags = 0;
        assertThat(fails()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, FakeKernel.ENOENT, 13, 16, 95, 105})
    void aRefusalFailsAndTheSocketIsOpenedAnew(int errno) {
        kernel.refusal = errno;
        assertThat(fails()).isTrue();
        assertThat(kernel.closed).isTrue();
        assertThat(source.isOpen()).isFalse();
    }

    @Test
    void noAnswerFailsAndDoesNotWait() {
        kernel.way = datagrams -> List.of();
        assertThat(fails()).isTrue();
        assertThat(source.isOpen()).isFalse();
    }

    @Test
    void aSocketThatDoesNotSendFails() {
        kernel.failsToSend = true;
        assertThat(fails()).isTrue();
        assertThat(source.isOpen()).isFalse();
    }

    @Test
    void aDatagramCutOffFails() {
        kernel.sockets.add(FakeSocket.listener(true, "127.0.0.1", PORT, 7, 128, 1));
        kernel.way = datagrams ->
                datagrams.stream().map(bytes -> Arrays.copyOf(bytes, 100_000)).toList();
        assertThat(fails()).isTrue();
    }

    @Test
    void aDumpWithoutAnEndFails() {
        FakeSocket one = FakeSocket.listener(true, "127.0.0.1", PORT, 7, 128, 1);
        kernel.way = datagrams -> IntStream.range(0, 20_000)
                .mapToObj(i -> FakeKernel.taken(FakeKernel.row(FakeKernel.buffer(), 1, 0, one)))
                .toList();
        assertThat(fails()).isTrue();
    }

    @Test
    void aRefusedSocketIsTriedAgainAfterASecond() {
        AtomicLong clock = new AtomicLong();
        AtomicInteger tries = new AtomicInteger();
        DiagSource refused = new DiagSource(
                () -> {
                    tries.incrementAndGet();
                    throw new IOException("operation not permitted");
                },
                clock::get);
        refused.open();
        refused.open();
        assertThat(tries).hasValue(1);
        clock.addAndGet(HeldFile.RETRY_NANOS);
        refused.open();
        assertThat(tries).hasValue(2);
        assertThat(refused.isOpen()).isFalse();
    }

    @Test
    void whereNativeCodeIsMissingItIsTriedOnce() {
        for (Throwable missing : List.of(
                new NoClassDefFoundError("com/sun/jna/Native"),
                new UnsatisfiedLinkError("noexec"),
                new IllegalStateException("native access denied"))) {
            AtomicLong clock = new AtomicLong();
            AtomicInteger tries = new AtomicInteger();
            DiagSource impossible = new DiagSource(
                    () -> {
                        tries.incrementAndGet();
                        throw DiagSourceTest.<RuntimeException>unchecked(missing);
                    },
                    clock::get);
            impossible.open();
            clock.addAndGet(HeldFile.RETRY_NANOS);
            impossible.open();
            assertThat(tries).hasValue(1);
            assertThat(impossible.listeners(new PortListeners[] {PortListeners.at(PORT)}))
                    .isFalse();
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // throws any Throwable as if it were unchecked
    private static <T extends Throwable> RuntimeException unchecked(Throwable thrown) throws T {
        throw (T) thrown;
    }

    @Test
    void anAcceptedConnectionTellsHowLongItWaited() {
        kernel.sockets.add(FakeSocket.listener(true, "::", PORT, 3, 128, 1));
        kernel.sockets.add(FakeSocket.queued(true, SocketRow.ESTABLISHED, "127.0.0.1", PORT, 11, 3)
                .accepted());
        assertThat(source.idleMillis(address("127.0.0.1"), address("127.0.0.1", 11)))
                .isEqualTo(1234);
    }

    @Test
    void theListenerDoesNotAnswerForAConnectionThatIsGone() {
        kernel.sockets.add(FakeSocket.listener(true, "::", PORT, 3, 128, 1));
        assertThat(source.idleMillis(address("127.0.0.1"), address("127.0.0.1", 11)))
                .isEqualTo(SocketRow.UNKNOWN);
        kernel.sockets.clear();
        assertThat(source.idleMillis(address("127.0.0.1"), address("127.0.0.1", 11)))
                .isEqualTo(SocketRow.UNKNOWN);
        assertThat(source.isOpen()).as("that is no failure").isTrue();
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 4000, 127.0.0.1, 12", "127.0.0.1, 4000, 127.0.0.2, 11", "127.0.0.2, 4000, 127.0.0.1, 11"})
    void theIdleTimeOfAnotherConnectionIsOfNoUse(String host, int port, String client, int clientPort) {
        FakeSocket other = new FakeSocket(
                true, SocketRow.ESTABLISHED, address(host, port), address(client, clientPort), 0, 0, 1, 77, 1);
        kernel.way = datagrams -> {
            int sequence = ByteBuffer.wrap(datagrams.get(0))
                    .order(ByteOrder.nativeOrder())
                    .getInt(8);
            ByteBuffer row = FakeKernel.row(FakeKernel.buffer(), sequence, 0, other);
            return List.of(FakeKernel.taken(row));
        };
        assertThat(source.idleMillis(address("127.0.0.1"), address("127.0.0.1", 11)))
                .isEqualTo(SocketRow.UNKNOWN);
    }
}
