package io.acceptor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The {@link java.net.Socket} that user code gets for an accepted connection.
 *
 * <p>It answers as a socket from {@link java.net.ServerSocket#accept()} does, before and after close. Besides, it gives
 * back a byte that was read from the channel before, counts bytes, tells a failure of the peer's from all others, and
 * leaves it to its owner how the channel is closed. It differs from a plain socket in that an interrupted reader or
 * writer closes it, and that it must be closed: the channel of one that was dropped stays open.
 *
 * <p>Thread-safe. One read and one write proceed at the same time, further ones wait for their turn; close() may be
 * called from any thread.
 */
// Socket's monitor guards a state that is not used here, and user code may hold it.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class HandedSocket extends ChannelSocket {
    /*
     * Closing against reading and writing
     *
     * One atomic word holds the CLOSED bit and, below it, the number of stream operations in progress. An operation
     * enters by a CAS that fails once the bit is set; so from then on the number only falls, and when the owner finds
     * it 0 after close() no thread of the user's is inside the channel, or ever will be: it may be made non-blocking
     * and lingered on. While the number is above 0 only closing the channel wakes who is in there.
     *
     * Threads that wait for another one's read or write to end are not counted; they find the bit when their turn comes.
     */
    private static final int CLOSED_BIT = 1 << 30;

    private final AtomicInteger state = new AtomicInteger();
    private final SocketChannel channel;
    private final Consumer<? super HandedSocket> onClose;
    private final PeerFailures peerFailures = new PeerFailures();
    private final PeerFailures timeouts = new PeerFailures();
    private final HandedInput input;
    private final HandedOutput output;

    /** Set before the channel's side is shut down, so that whoever is woken by that knows why. */
    private volatile boolean inputShutdown;

    private volatile boolean outputShutdown;

    /** The owner's, in milliseconds, 0 for none. Written before the user gets the socket. */
    private int readTimeout;

    /** What the user has set, in milliseconds, 0 for none. */
    private volatile int userTimeout;

    /** Which of the owner's time limits is over, null while none is. Set before the channel is closed for that. */
    private volatile @Nullable String timeUp;

    /** The user has written something after the peer's first byte, or has said that the peer is one to be waited for. */
    private volatile boolean established;

    /**
     * Takes over a channel.
     *
     * @param channel connected, in blocking mode, registered nowhere
     * @param firstByte a byte already read from the channel, to be given back first; or -1
     * @param onClose called exactly once, on the first close(), in the thread that closes; the channel is its business
     *     then. A read or write in progress ({@link #idle()} is false) is woken only by closing the channel
     * @throws java.nio.channels.ClosedChannelException if the channel is closed already
     */
    HandedSocket(SocketChannel channel, int firstByte, Consumer<? super HandedSocket> onClose) throws IOException {
        super(channel);
        this.channel = channel;
        this.onClose = onClose;
        this.input = new HandedInput(this, adaptor().getInputStream(), firstByte);
        this.output = new HandedOutput(this, channel);
    }

    /** For the owner only: what is done on the channel directly is not counted here. */
    SocketChannel channel() {
        return channel;
    }

    /**
     * For the owner, before the user gets the socket: the time that a read may take at most, unless the user sets a positive one.
     * When it is over, the read throws SocketTimeoutException and the socket closes; after the user's own it stays open.
     */
    void readTimeout(int millis) throws SocketException {
        readTimeout = millis;
        adaptor().setSoTimeout(millis);
    }

    /**
     * For the owner, who closes the channel then: from now on reads and writes throw SocketTimeoutException. Any thread.
     *
     * @param limit which one is over, for the message
     * @return false if the socket is closed, or a limit was over before
     */
    boolean expire(String limit) {
        if (timeUp != null || closeCalled()) {
            return false;
        }
        timeUp = limit;
        return true;
    }

    /** Whether the socket was closed because one of the owner's time limits was over. */
    boolean isTimeUp() {
        return timeUp != null;
    }

    /** Whether a read has timed out, by whoever's limit. */
    boolean hasTimedOut() {
        return timeouts.first() != null;
    }

    /** The peer has earned its user's patience: {@link #isEstablished()} from now on. */
    void establish() {
        established = true;
    }

    /** Whether the user has answered the peer, with a write after the peer's first byte or by {@link #establish()}. */
    boolean isEstablished() {
        return established;
    }

    /** Bytes were sent. */
    void wrote() {
        if (!established && input.received() > 0) {
            established = true;
        }
    }

    /** Bytes known to have come from the client: those read by the user, and the first byte even before it is read. */
    long bytesReceived() {
        return input.received();
    }

    /** Bytes that the kernel took from the user; exact also when a write failed half-way. Urgent data count. */
    long bytesSent() {
        return output.sent();
    }

    /** Whether a read has found the client's FIN. An end that shutdownInput() made does not count. */
    boolean inputEnded() {
        return input.ended();
    }

    /**
     * The first failure of a read or write that was the peer's doing: neither a timeout nor an interrupt nor a close or
     * shutdown of our own. Null if there was none.
     */
    @Nullable
    IOException peerGone() {
        return peerFailures.first();
    }

    /** Whether an exception, or one of its causes, was thrown by a stream of this socket because the peer had gone, or did not read. */
    boolean isOwn(@Nullable Throwable suspect) {
        return peerFailures.contains(suspect);
    }

    /** Whether an exception, or one of its causes, was thrown by a stream of this socket because a time limit was over. */
    boolean isOwnTimeout(@Nullable Throwable suspect) {
        return timeouts.contains(suspect);
    }

    /** Whether no read or write is in progress. True for good once it is true after close(). */
    boolean idle() {
        return (state.get() & ~CLOSED_BIT) == 0;
    }

    /**
     * Whether the user waits for the client's first byte: in a read, nothing received, nothing sent since the first read began, and
     * nothing being sent.
     */
    boolean awaitsFirstByte() {
        return state.get() == 1 && input.awaitsFirstByte();
    }

    /** Enters a read or write, which ends in {@link #endOperation()}. */
    void beginOperation() throws SocketException {
        int seen;
        do {
            seen = state.get();
            if ((seen & CLOSED_BIT) != 0) {
                throw new SocketException(CLOSED);
            }
        } while (!state.compareAndSet(seen, seen + 1));
    }

    void endOperation() {
        state.decrementAndGet();
    }

    /** Whether close() was called, which a channel closed by others does not tell. */
    boolean closeCalled() {
        return (state.get() & CLOSED_BIT) != 0;
    }

    /**
     * What a plain socket throws when a stream operation failed by our own doing; null if it was somebody else's. Decided
     * by place and class: messages are in the system's language.
     *
     * @param met what the channel threw
     * @param shutDown whether we had shut down this direction
     */
    @Nullable
    IOException ownDoing(IOException met, boolean shutDown) {
        String limit = timeUp;
        if (limit != null) {
            return timeouts.record(timeout(limit, met));
        }
        if (closeCalled()) {
            return withCause(new SocketException(CLOSED), met);
        }
        if (met instanceof SocketTimeoutException timeout) {
            return timeouts.record(userTimeout > 0 ? timeout : readTimedOut(timeout));
        }
        if (met instanceof ClosedByInterruptException) {
            return withCause(new SocketException("Closed by interrupt"), met);
        }
        if (shutDown) {
            return withCause(new SocketException("Broken pipe"), met);
        }
        return met instanceof ClosedChannelException ? withCause(new SocketException(CLOSED), met) : null;
    }

    private SocketTimeoutException readTimedOut(SocketTimeoutException met) {
        String limit = "readTimeout of " + readTimeout + " ms";
        return expire(limit) ? timeout(limit, met) : met;
    }

    private static SocketTimeoutException timeout(String limit, IOException met) {
        SocketTimeoutException timeout = new SocketTimeoutException(limit + " is over");
        timeout.initCause(met);
        return timeout;
    }

    /** What a plain socket throws when a read or write failed by the peer's doing; remembered as that. */
    IOException peerDoing(IOException met) {
        return peerFailures.record(
                met instanceof SocketException failure
                        ? failure
                        : withCause(new SocketException(met.getMessage()), met));
    }

    /** An operation failed by the peer's doing, and it is not known whether it has gone or does not read. */
    IOException peerUnsure(IOException met) {
        return peerFailures.recordUnsure(met);
    }

    /** To be called when an operation has failed and ended: closes the socket if an interrupt or a time limit of ours ended it. */
    void closeIfOver(IOException failure) {
        if (timeUp != null || failure.getCause() instanceof ClosedByInterruptException) {
            close();
        }
    }

    /** Null: the channel is the owner's, and a plain accepted socket has none either. */
    @Override
    public @Nullable SocketChannel getChannel() {
        return null;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        open();
        if (inputShutdown) {
            throw new SocketException("Socket input is shutdown");
        }
        return input;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        open();
        if (outputShutdown) {
            throw new SocketException("Socket output is shutdown");
        }
        return output;
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        output.writeUrgent(adaptor(), data);
    }

    /** What has arrived and was not read is dropped, the first byte too. */
    @Override
    public void shutdownInput() throws IOException {
        open();
        if (inputShutdown) {
            throw new SocketException("Socket input is already shutdown");
        }
        inputShutdown = true;
        adaptor().shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        open();
        if (outputShutdown) {
            throw new SocketException("Socket output is already shutdown");
        }
        outputShutdown = true;
        adaptor().shutdownOutput();
    }

    @Override
    public boolean isInputShutdown() {
        return inputShutdown;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown;
    }

    @Override
    public boolean isClosed() {
        return closeCalled() || !channel.isOpen();
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        super.setSoTimeout(timeout == 0 ? readTimeout : timeout);
        userTimeout = timeout;
    }

    @Override
    public int getSoTimeout() throws SocketException {
        open();
        return userTimeout;
    }

    /** The first call hands the channel back; further ones do nothing. Takes no lock: user code may hold the monitor. */
    @Override
    public void close() {
        int before = state.getAndUpdate(seen -> seen | CLOSED_BIT);
        if ((before & CLOSED_BIT) == 0) {
            onClose.accept(this);
        }
    }
}
