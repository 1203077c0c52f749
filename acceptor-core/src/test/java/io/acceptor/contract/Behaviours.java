package io.acceptor.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Behaviours that many tests want. */
final class Behaviours {
    private Behaviours() {}

    /** Sends back whatever comes until the client is done. */
    static Behaviour echo() {
        return talk -> {
            byte[] chunk = new byte[8 * 1024];
            InputStream in = talk.input();
            OutputStream out = talk.output();
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                out.write(chunk, 0, n);
            }
        };
    }

    /** Returns at once. */
    static Behaviour nothing() {
        return talk -> {};
    }

    /** For servers whose behaviour must not run. Fails the connection if it does, which the books show. */
    static Behaviour never() {
        return talk -> {
            throw new AssertionError("the handler ran for #" + talk.id());
        };
    }

    /** Returns when this is open. */
    static Behaviour waitingFor(CountDownLatch latch) {
        return talk -> await(latch);
    }

    /** Waits, but not for ever: a failed test must end. */
    static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(Client.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("waited in vain for the test");
        }
    }

    static void say(Talk talk, String text) throws IOException {
        talk.output().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
