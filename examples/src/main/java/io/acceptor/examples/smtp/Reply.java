package io.acceptor.examples.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;

/** What this server says before a conversation has begun (RFC 5321). */
final class Reply {
    static final byte[] READY = line("220 mail.example.org ESMTP");
    /** The first line of two: "-" says that more follows. */
    static final byte[] READY_SOON = line("220-mail.example.org is looking at you");

    static final byte[] BUSY = line("421 4.7.0 mail.example.org: too many connections");
    static final byte[] SPOKE_TOO_SOON = line("554 5.5.1 mail.example.org: you spoke before your turn");

    private Reply() {}

    static byte[] line(String text) {
        return (text + "\r\n").getBytes(US_ASCII);
    }
}
