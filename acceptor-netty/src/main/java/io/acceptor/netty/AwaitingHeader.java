package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;

/** The balancer must say first whose connection this is: the decoder before this handler reads that. */
final class AwaitingHeader extends Stage {

    AwaitingHeader(ChildHead head) {
        super(head);
    }

    @Override
    void begin() {
        HeaderGate.close(connection, head.context().pipeline(), this::refuse);
        head.after(connection.listening.children().proxy().timeoutNanos(), this::refuse);
    }

    @Override
    void read(Object decoded) {
        ProxyHeader header = ProxyHeader.of(decoded);
        if (header == null) {
            ReferenceCountUtil.release(decoded);
        } else {
            came(header);
        }
    }

    private void came(ProxyHeader header) {
        HeaderGate.open(head.context().pipeline());
        connection.awaitsHeader = false;
        connection.balancersOwn = header.local();
        if (header.behind() != null) {
            connection.ticket.proxied(header.behind());
        }
        new Reception(head.server(), connection.listening.watch(connection.channel.eventLoop(), false))
                .welcome(connection);
        head.enter(connection.ending == null ? head.received() : new Leaving(head));
    }

    private void refuse() {
        HeaderGate.giveUp(head.context().pipeline());
        connection.awaitsHeader = false;
        Sending.refuse(head, head.server().admission().rejection(RejectReason.PROXY_HEADER));
    }

    @Override
    void inputEnded() {
        head.leave(Outcome.CLOSED_SILENTLY);
    }

    /** Nothing is said to a balancer that has not said whose connection it is. */
    @Override
    boolean letsWritesGo() {
        return false;
    }

    /** What came is none. */
    @Override
    void failed(Throwable cause) {
        if (cause instanceof DecoderException) {
            refuse();
        } else {
            super.failed(cause);
        }
    }
}
