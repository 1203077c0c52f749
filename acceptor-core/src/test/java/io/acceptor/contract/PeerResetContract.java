package io.acceptor.contract;

import io.acceptor.Outcome;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How connections end whose client resets them while a handler has it, whatever the handler makes of that. */
public abstract class PeerResetContract extends ContractTest {
    /** Has read a line: the client has spoken, and its next move is up to the test. */
    private static void readByte(Talk talk) throws IOException {
        if (talk.input().read() < 0) {
            throw new AssertionError("the client left before the test let it");
        }
    }

    /** Reads until the stream reports that the client has reset the connection. */
    private static IOException awaitReset(Talk talk) {
        try {
            while (talk.input().read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            return e;
        }
        throw new AssertionError("the client ended the connection without a reset");
    }

    private RunningServer serving(Behaviour behaviour) throws IOException {
        return start(ServerSpec.doing(behaviour));
    }

    private static void throwIt(Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        }
        throw (Exception) failure;
    }

    static Stream<Arguments> endsOfAHandler() {
        return Stream.of(
                Arguments.of("returns", null),
                Arguments.of("throws EOFException", new EOFException("on purpose")),
                Arguments.of("throws an exception", new IllegalStateException("on purpose")),
                Arguments.of("throws an Error", new AssertionError("on purpose")));
    }

    // ---- the client resets

    @ParameterizedTest(name = "handler {0}")
    @MethodSource("endsOfAHandler")
    void aResetByAClientThatHadSpokenIsWhatCountsWhateverTheHandlerMakesOfIt(String name, Throwable failure)
            throws IOException {
        CountDownLatch reading = latch();
        RunningServer server = serving(talk -> {
            readByte(talk);
            reading.countDown();
            awaitReset(talk);
            if (failure != null) {
                throwIt(failure);
            }
        });
        Client client = connect(server).send("x");
        soon().until(() -> reading.getCount() == 0);
        client.reset();
        awaitOutcome(server, Outcome.PEER_RESET);
    }

    @Test
    void theStreamsOwnReportOfAResetIsNoFailureWrappedOrNot() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        RunningServer server = serving(talk -> {
            readByte(talk);
            IOException reset = awaitReset(talk);
            if (calls.getAndIncrement() == 0) {
                throw reset;
            }
            throw new IllegalStateException(new UncheckedIOException(reset));
        });
        for (long ended = 1; ended <= 2; ended++) {
            connect(server).send("x").reset();
            awaitCount(server, Outcome.PEER_RESET, ended);
        }
    }

    @Test
    void aResetSeenOnlyByWritingCountsAsOne() throws IOException {
        CountDownLatch gone = latch();
        RunningServer server = serving(talk -> {
            readByte(talk);
            Behaviours.await(gone);
            byte[] much = new byte[64 * 1024];
            while (true) {
                talk.output().write(much); // until it fails
            }
        });
        Client client = connect(server).send("x");
        client.reset();
        gone.countDown();
        awaitOutcome(server, Outcome.PEER_RESET);
    }

    @ParameterizedTest(name = "handler {0}")
    @MethodSource("endsOfAHandler")
    void aResetByASilentClientIsProbeLikeWhateverTheHandlerMakesOfIt(String name, Throwable failure)
            throws IOException {
        CountDownLatch reading = latch();
        RunningServer server = start(ServerSpec.doing(talk -> {
                    reading.countDown();
                    awaitReset(talk);
                    if (failure != null) {
                        throwIt(failure);
                    }
                })
                .with(builder -> builder.handOffAtOnce()));
        Client client = connect(server);
        soon().until(() -> reading.getCount() == 0);
        client.reset();
        awaitOutcome(server, Outcome.RESET_AFTER_GREETING);
    }
}
