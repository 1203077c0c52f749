package io.acceptor.netty;

import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;

/** The balancer must say first whose connection this is: the decoder before this handler reads that. */
final class AwaitingHeader extends Stage {

    AwaitingHeader(HeadHandler head) {
        super(head);
    }

    @Override
    void begin() {
        HeaderGate.close(connection, head.context().pipeline(), this::refuse);
        head.after(connection.listening.proxy().timeoutNanos(), this::refuse);
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
        head.enter(connection.ending == null ? new Sending(head) : new Leaving(head));
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

    @Override
    void reset(IOException cause) {
        head.left(cause);
    }

    /** What came is none. */
    @Override
    void failed(Throwable cause) {
        refuse();
    }
}
