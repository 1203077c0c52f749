package io.acceptor.bench.flood;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One visitor that follows a script. Driven by {@link Visits}: of one thread, and it never waits. */
final class Visit implements AutoCloseable {
    private static final int SMALL_BUFFER = 1_024;
    private static final int RESET_ON_CLOSE = 0;

    private final Script script;
    private final int greetingLength;
    private final SocketChannel channel;
    private int next;
    private long received;
    private boolean connecting = true;
    private boolean atEnd;
    private long deadline;

    /** What an event has led to. */
    enum Progress {
        GOES_ON,
        DONE,
        CUT
    }

    private Visit(Script script, int greetingLength, SocketChannel channel) {
        this.script = script;
        this.greetingLength = greetingLength;
        this.channel = channel;
    }

    /**
     * Opens a socket for it.
     *
     * @throws IOException if there is no descriptor or port
     */
    static Visit open(Script script, int greetingLength, SocketAddress source) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.configureBlocking(false);
            if (!script.reads()) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
            }
            channel.bind(source);
            return new Visit(script, greetingLength, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Starts to connect. */
    Progress connect(InetSocketAddress target, Selector selector, long deadlineNanos) throws IOException {
        deadline = deadlineNanos;
        boolean connected = channel.connect(target) || channel.finishConnect();
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, this);
        return connected ? connected(key) : Progress.GOES_ON;
    }

    /** The selector has something to say. */
    Progress ready(SelectionKey key, ByteBuffer scratch) throws IOException {
        if (connecting) {
            return channel.finishConnect() ? connected(key) : Progress.GOES_ON;
        }
        scratch.clear();
        int read = channel.read(scratch);
        atEnd = read < 0;
        received += Math.max(0, read);
        if (atEnd && waitsFor() != Step.Kind.END) {
            return Progress.CUT;
        }
        return hasWhatItWaitsFor() ? advance() : Progress.GOES_ON;
    }

    private Progress connected(SelectionKey key) throws IOException {
        connecting = false;
        key.interestOps(script.reads() ? SelectionKey.OP_READ : 0);
        return startStep();
    }

    private Progress advance() throws IOException {
        next++;
        return startStep();
    }

    /** Takes the steps that take no time, up to one that does. */
    private Progress startStep() throws IOException {
        while (next < script.steps().size()) {
            Step step = script.steps().get(next);
            if (!takeAtOnce(step)) {
                deadline = System.nanoTime() + step.limitNanos();
                return Progress.GOES_ON;
            }
            next++;
        }
        return Progress.DONE;
    }

    private boolean takeAtOnce(Step step) throws IOException {
        switch (step.kind()) {
            case SEND -> channel.write(ByteBuffer.wrap(step.bytes()));
            case HALF_CLOSE -> channel.shutdownOutput();
            case GREETING, END -> {
                return hasWhatItWaitsFor();
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean hasWhatItWaitsFor() {
        return switch (waitsFor()) {
            case GREETING -> received >= greetingLength;
            case END -> atEnd;
            default -> false;
        };
    }

    private Step.Kind waitsFor() {
        return script.steps().get(next).kind();
    }

    /** When it wants to be woken, on the clock of {@link System#nanoTime()}. */
    long deadline() {
        return deadline;
    }

    /** The deadline has passed: how it ends, or that it goes on. */
    Progress late() throws IOException {
        return !connecting && waitsFor() == Step.Kind.PAUSE ? advance() : Progress.CUT;
    }

    /** Which end it is if the deadline has passed in vain. */
    ProbeEnd latenessMeans() {
        return connecting ? ProbeEnd.UNANSWERED : ProbeEnd.SILENCE;
    }

    /** Which end it is if the server ends it now. */
    ProbeEnd failureMeans() {
        return connecting ? ProbeEnd.REFUSED : ProbeEnd.CUT;
    }

    /** Leaves as the script says; a visitor who has not connected just goes. */
    @Override
    public void close() {
        try {
            if (script.resets()) {
                channel.setOption(StandardSocketOptions.SO_LINGER, RESET_ON_CLOSE);
            }
            channel.close();
        } catch (IOException nothingLeftToClose) {
            // The kernel has released the descriptor all the same.
        }
    }
}
