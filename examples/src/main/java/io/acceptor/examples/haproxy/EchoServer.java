package io.acceptor.examples.haproxy;

import io.acceptor.AcceptorHealth;
import io.acceptor.AcceptorStats;
import io.acceptor.DrainReport;
import io.acceptor.Peer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Tells everyone who they are, as far as it knows, and echoes. At work until drained. */
interface EchoServer {
    /** Where it listens. */
    InetSocketAddress localAddress();

    /** Whether it wants new clients. */
    AcceptorHealth health();

    /** What became of them. */
    AcceptorStats stats();

    /** Ends it, as {@code Acceptor.drain}. */
    CompletionStage<DrainReport> drain(Duration lameDuck, Duration grace);

    /** The greeting of both. */
    static ByteBuffer greeting(Peer peer) {
        InetSocketAddress client = peer.remoteAddress();
        String line = "220 " + client.getAddress().getHostAddress() + ":" + client.getPort() + "\r\n";
        return StandardCharsets.US_ASCII.encode(line);
    }
}
