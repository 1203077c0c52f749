package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.acceptor.Admission;
import io.acceptor.AdmissionPolicy;
import io.acceptor.Greeting;
import io.acceptor.Peer;
import io.acceptor.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The server's half of the hammer: user code that misbehaves by the client's port, so that the client knows what to
 * expect, and counts what it did, so that the books can be compared with it.
 */
final class HammerScript {
    static final char SERVE = 'S';
    static final char CLOSE = 'C';
    static final char THROW = 'T';
    static final char THROW_ERROR = 'E';
    static final char CLOSE_AND_THROW = 'D';
    static final char LAST_WORDS = 'W';
    static final String LAST = "221 these were my last words\r\n";
    static final String REFUSAL = "421 not now\r\n";

    /** Goes out in pieces, also to a client that reads. */
    private static final byte[] LARGE = filled(512 * 1024, 'l');
    /** More than the kernel takes for a client that does not read (measured: 2.9 MB on Linux 6.18). */
    private static final byte[] HUGE = filled(4 * 1024 * 1024, 'h');

    private static final int REQUEST_LENGTH = 16;

    final AtomicLong started = new AtomicLong();
    final AtomicLong ended = new AtomicLong();
    final AtomicLong threw = new AtomicLong();
    final AtomicLong lastWords = new AtomicLong();
    final AtomicLong suppliersFailed = new AtomicLong();
    final AtomicLong policyRefused = new AtomicLong();

    /** What the client of this port is greeted with, if it is. */
    static byte[] greetingFor(int port) {
        if (port % 23 == 3) {
            return LARGE;
        }
        return port % 37 == 1 ? HUGE : ("220 " + port + " ready\r\n").getBytes(US_ASCII);
    }

    /** Whether the client of this port is admitted, and greeted in a few words. */
    static boolean welcomes(int port) {
        boolean greeted = port % 29 < 5 || port % 29 > 8;
        return port % 31 > 4 && greeted && greetingFor(port).length < LARGE.length;
    }

    private static byte[] filled(int length, char with) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    static boolean isRefusal(byte[] bytes) {
        return new String(bytes, US_ASCII).equals(REFUSAL);
    }

    /** Greeted, and then there was no worker. */
    static boolean isRefusedAfter(byte[] greeting, byte[] bytes) {
        return Arrays.equals(bytes, 0, Math.min(greeting.length, bytes.length), greeting, 0, greeting.length)
                && isRefusal(Arrays.copyOfRange(bytes, greeting.length, bytes.length));
    }

    static String request(char kind, int port) {
        return String.format("%c%0" + (REQUEST_LENGTH - 1) + "d", kind, port);
    }

    Greeting greeting() {
        return Greeting.perConnection(this::greet);
    }

    private ByteBuffer greet(Peer peer) {
        int port = peer.remoteAddress().getPort();
        switch (port % 29) {
            case 5 -> {
                suppliersFailed.incrementAndGet();
                throw new IllegalStateException("on purpose");
            }
            case 6 -> {
                suppliersFailed.incrementAndGet();
                throw new StackOverflowError("on purpose");
            }
            case 7 -> {
                suppliersFailed.incrementAndGet();
                return null;
            }
            case 8 -> Thread.currentThread().interrupt();
            default -> Thread.onSpinWait();
        }
        return ByteBuffer.wrap(greetingFor(port));
    }

    AdmissionPolicy policy() {
        return peer -> {
            int kind = peer.remoteAddress().getPort() % 31;
            if (kind > 4) {
                return Admission.admit();
            }
            policyRefused.incrementAndGet();
            switch (kind) {
                case 0 -> throw new IllegalStateException("on purpose");
                case 1 -> throw new AssertionError("on purpose");
                case 2 -> {
                    return null;
                }
                case 3 -> {
                    return Admission.reject(Refusal.reset());
                }
                default -> {
                    return Admission.reject(Refusal.reply(REFUSAL.getBytes(US_ASCII)));
                }
            }
        };
    }

    /** On a worker: does what the client asks for. */
    void serve(Talk talk) throws IOException {
        started.incrementAndGet();
        try {
            obey(talk);
        } catch (IOException e) {
            throw e; // the client's reset, most likely
        } catch (Throwable t) {
            threw.incrementAndGet();
            throw t;
        } finally {
            ended.incrementAndGet();
        }
    }

    private void obey(Talk talk) throws IOException {
        byte[] request = talk.input().readNBytes(REQUEST_LENGTH);
        if (request.length < REQUEST_LENGTH) {
            return; // the client left in the middle of it
        }
        if (request[0] == LAST_WORDS) {
            Behaviours.say(talk, LAST);
            lastWords.incrementAndGet();
            return;
        }
        talk.output().write(request);
        switch (request[0]) {
            case SERVE -> talk.input().readAllBytes();
            case CLOSE -> talk.close();
            case THROW -> throw new IllegalStateException("as asked");
            case THROW_ERROR -> throw new StackOverflowError("as asked");
            case CLOSE_AND_THROW -> {
                talk.close();
                throw new IllegalStateException("as asked");
            }
            default -> throw new AssertionError("not a request: " + new String(request, US_ASCII));
        }
    }
}
