package io.acceptor.examples.smtp;

import java.io.Closeable;
import java.net.InetSocketAddress;

/** One of the three, at work until closed. */
interface SmtpServer extends Closeable {
    /** Where it listens. */
    InetSocketAddress address();
}
