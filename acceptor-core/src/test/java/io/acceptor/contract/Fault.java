package io.acceptor.contract;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Everything that a client can do to a server, as the hammer has it: one of these for each connection. */
sealed interface Fault {
    /** What became of a connection, as far as its client can know. */
    enum Seen {
        /** Left without having sent anything. */
        LEFT_SILENTLY,
        /** Waited in silence until the server ended it. */
        WAITED,
        /** Greeted whole, got the answer, said goodbye, saw the server's: nothing was amiss. */
        SERVED,
        /** Greeted whole, got the answer, and then the server's handler failed as it was asked to. */
        FAILED_AS_ASKED,
        /** Greeted whole, got the answer, and reset the connection. */
        RESET_AFTER_ANSWER,
        /** Got the handler's last words whole. */
        HEARD_LAST_WORDS,
        /** Read a refusal in words. */
        REFUSED_IN_WORDS,
        /** Sent something, or tried to, and did not get its answer. */
        SPOKE_IN_VAIN
    }

    /**
     * Plays it to the end; closes the connection, or sees to it that it is closed later. An {@link AssertionError} says that it
     * got something that no server of ours should ever send.
     */
    Seen play(Client client) throws IOException;

    /** Whether its client ever sends anything. */
    default boolean speaks() {
        return this instanceof Speak
                || this instanceof EarlyData
                || this instanceof ResetAfterEcho
                || this instanceof KeepTalking;
    }

    private static boolean isGreeted(Client client) throws IOException {
        byte[] expected = HammerScript.greetingFor(client.port());
        return Arrays.equals(client.readUpTo(expected.length), expected);
    }

    private static AssertionError garbled(Client client, String where, Client.Ending end) {
        byte[] last = Arrays.copyOfRange(end.bytes(), Math.max(0, end.bytes().length - 64), end.bytes().length);
        return new AssertionError("client of port " + client.port() + " after " + where + ": " + end.bytes().length
                + " bytes, the last ones \"" + new String(last, US_ASCII) + (end.reset() ? "\", and a reset" : "\""));
    }

    record Probe() implements Fault {
        @Override
        public Seen play(Client client) throws IOException {
            client.reset();
            return Seen.LEFT_SILENTLY;
        }
    }

    record DelayedReset() implements Fault {
        @Override
        public Seen play(Client client) throws IOException {
            isGreeted(client);
            client.reset();
            return Seen.LEFT_SILENTLY;
        }
    }

    record HalfClose() implements Fault {
        @Override
        public Seen play(Client client) throws IOException {
            Client.Ending end = client.finish().readToEnd();
            byte[] all = end.bytes();
            byte[] greeting = HammerScript.greetingFor(client.port());
            boolean cutShort = all.length < greeting.length; // refused, or too slow a reader
            if (cutShort || Arrays.equals(all, greeting) || HammerScript.isRefusedAfter(greeting, all)) {
                return Seen.LEFT_SILENTLY;
            }
            throw garbled(client, "its greeting of " + greeting.length, end);
        }
    }

    record SilentLeave() implements Fault {
        @Override
        public Seen play(Client client) throws IOException {
            isGreeted(client);
            client.close();
            return Seen.LEFT_SILENTLY;
        }
    }

    record Silent() implements Fault {
        @Override
        public Seen play(Client client) {
            return HammerScript.isRefusal(client.readToEnd().bytes()) ? Seen.REFUSED_IN_WORDS : Seen.WAITED;
        }
    }

    /** Stays and reads nothing while a few others come and go. */
    record NeverRead() implements Fault {
        private static final BlockingQueue<Client> STAYING = new ArrayBlockingQueue<>(64);

        @Override
        public Seen play(Client client) {
            while (!STAYING.offer(client)) {
                leave();
            }
            return Seen.LEFT_SILENTLY;
        }

        /** The one who has stayed longest leaves. False if there is none. */
        static boolean leave() {
            Client oldest = STAYING.poll();
            if (oldest != null) {
                oldest.close();
            }
            return oldest != null;
        }
    }

    record SlowRead() implements Fault {
        @Override
        public Seen play(Client client) throws IOException {
            byte[] greeting = HammerScript.greetingFor(client.port());
            for (int at = 0; at < greeting.length; at += 8 * 1024) {
                byte[] piece = Arrays.copyOfRange(greeting, at, Math.min(greeting.length, at + 8 * 1024));
                byte[] got = client.readUpTo(piece.length);
                if (!Arrays.equals(got, piece)) {
                    client.readToEnd();
                    return HammerScript.isRefusal(got) ? Seen.REFUSED_IN_WORDS : Seen.LEFT_SILENTLY;
                }
            }
            client.close();
            return Seen.LEFT_SILENTLY;
        }
    }

    record ResetMidGreeting() implements Fault {
        @Override
        public Seen play(Client client) throws IOException {
            client.readUpTo(1);
            client.reset();
            return Seen.LEFT_SILENTLY;
        }
    }

    /** Reads the greeting, asks, reads the answer, says that it is done, reads the end. */
    record Speak(char request) implements Fault {
        @Override
        public Seen play(Client client) throws IOException {
            if (!isGreeted(client)) {
                client.close();
                return Seen.SPOKE_IN_VAIN;
            }
            String asked = HammerScript.request(request, client.port());
            byte[] answer = client.send(asked).readUpTo(asked.length());
            if (!new String(answer, US_ASCII).equals(asked)) {
                client.close();
                return HammerScript.isRefusal(answer) ? Seen.REFUSED_IN_WORDS : Seen.SPOKE_IN_VAIN;
            }
            Client.Ending end = client.finish().readToEnd();
            if (end.bytes().length > 0 || end.reset()) {
                throw garbled(client, "its answer", end);
            }
            boolean asksForFailure = request != HammerScript.SERVE && request != HammerScript.CLOSE;
            return asksForFailure ? Seen.FAILED_AS_ASKED : Seen.SERVED;
        }
    }

    /** Speaks and is done before it has read anything. */
    record EarlyData() implements Fault {
        @Override
        public Seen play(Client client) throws IOException {
            String asked = HammerScript.request(HammerScript.SERVE, client.port());
            byte[] all = client.send(asked).finish().readToEnd().bytes();
            byte[] greeting = HammerScript.greetingFor(client.port());
            byte[] whole = Arrays.copyOf(greeting, greeting.length + asked.length());
            System.arraycopy(asked.getBytes(US_ASCII), 0, whole, greeting.length, asked.length());
            return Arrays.equals(all, whole) ? Seen.SERVED : Seen.SPOKE_IN_VAIN;
        }
    }

    record ResetAfterEcho() implements Fault {
        @Override
        public Seen play(Client client) throws IOException {
            if (!isGreeted(client)) {
                client.close();
                return Seen.SPOKE_IN_VAIN;
            }
            String asked = HammerScript.request(HammerScript.SERVE, client.port());
            byte[] answer = client.send(asked).readUpTo(asked.length());
            client.reset();
            return new String(answer, US_ASCII).equals(asked) ? Seen.RESET_AFTER_ANSWER : Seen.SPOKE_IN_VAIN;
        }
    }

    /** Sends more than the handler will read, and wants its last words all the same. */
    record KeepTalking() implements Fault {
        private static final String MORE = "x".repeat(20_000);

        @Override
        public Seen play(Client client) throws IOException {
            if (!isGreeted(client)) {
                client.close();
                return Seen.SPOKE_IN_VAIN;
            }
            client.send(HammerScript.request(HammerScript.LAST_WORDS, client.port()) + MORE);
            byte[] all = client.readToEnd().bytes();
            return Arrays.equals(all, HammerScript.LAST.getBytes(US_ASCII))
                    ? Seen.HEARD_LAST_WORDS
                    : Seen.SPOKE_IN_VAIN;
        }
    }
}
