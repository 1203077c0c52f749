package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * The balancer must say first whose connection this is, or may. What comes is kept until that is decided, and no more than the longest
 * header beyond one read.
 */
final class AwaitingHeader extends Stage {
    private final boolean required;
    private ProxyHeader.Kind kind = ProxyHeader.Kind.UNDECIDED;
    /** All that has come. Owned until the stage ends. */
    private @Nullable ByteBuf came;

    AwaitingHeader(ChildHead head) {
        super(head);
        required = connection.listening.children().proxy().isRequiredFrom(Accepting.remote(connection));
    }

    @Override
    void begin() {
        head.config.halfClose(true); // who may have no header is greeted, though it has said all
        head.after(connection.listening.children().proxy().timeoutNanos(), this::tooLate);
    }

    @Override
    void read(Object msg) {
        if (!(msg instanceof ByteBuf bytes)) {
            ReferenceCountUtil.release(msg);
            return;
        }
        ByteBuf all = came == null ? bytes : joined(came, bytes);
        came = all;
        ProxyHeader header = ProxyHeader.of(all);
        kind = header.kind();
        if (kind == ProxyHeader.Kind.WHOLE) {
            all.skipBytes(header.length());
            connection.balancersOwn = header.local();
            if (header.behind() != null) {
                connection.ticket.proxied(header.behind());
            }
            welcome();
        } else if (kind == ProxyHeader.Kind.NONE && !required) {
            welcome();
        } else if (kind == ProxyHeader.Kind.NONE || kind == ProxyHeader.Kind.WRONG) {
            refuse(RejectReason.PROXY_HEADER);
        }
    }

    private static ByteBuf joined(ByteBuf first, ByteBuf second) {
        ByteBuf both = second.alloc().buffer(first.readableBytes() + second.readableBytes());
        both.writeBytes(first).writeBytes(second);
        first.release();
        second.release();
        return both;
    }

    /** It is known whose connection this is: it is received now. */
    private void welcome() {
        connection.awaitsHeader = false;
        ByteBuf behindHeader = came;
        came = null;
        if (behindHeader != null && behindHeader.isReadable()) {
            head.hold(behindHeader);
        } else {
            ReferenceCountUtil.release(behindHeader);
        }
        new Reception(
                        head.server(),
                        connection.listening.watch(connection.channel.eventLoop(), false),
                        connection.listening.silentChannels())
                .welcome(connection);
        head.enter(connection.ending == null ? head.received() : new Leaving(head));
    }

    private void tooLate() {
        if (mayHaveNone()) {
            welcome();
        } else if (came == null) {
            connection.listening.headerMissing(connection);
            refuse(RejectReason.PROXY_HEADER_MISSING);
        } else {
            refuse(RejectReason.PROXY_HEADER);
        }
    }

    private boolean mayHaveNone() {
        return !required && kind == ProxyHeader.Kind.UNDECIDED;
    }

    private void refuse(RejectReason reason) {
        connection.awaitsHeader = false;
        Sending.refuse(head, head.server().admission().rejection(reason));
    }

    @Override
    void inputEnded() {
        if (mayHaveNone()) {
            welcome();
        } else {
            head.leave(Outcome.CLOSED_SILENTLY);
        }
    }

    /** Nothing is said to a balancer that has not said whose connection it is. */
    @Override
    boolean letsWritesGo() {
        return false;
    }

    @Override
    void end() {
        ReferenceCountUtil.release(came);
        came = null;
    }
}
