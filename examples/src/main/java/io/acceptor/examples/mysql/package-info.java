/**
 * A server that speaks enough of the MySQL protocol for the clients of MySQL and MariaDB. It is the hard case for an accept
 * loop: the server speaks first, with bytes that differ for each connection, and the client's login depends on them.
 *
 * <pre>
 * loop      accept -&gt; full? -&gt; ERR 1040
 *                  -&gt; Handshake with a fresh scramble -&gt; client's first byte
 * worker                                              -&gt; Login -&gt; OK or ERR 1045 -&gt; commands
 * </pre>
 *
 * <p>A probe gets as far as the handshake and costs no worker.
 */
@NullMarked
package io.acceptor.examples.mysql;

import org.jspecify.annotations.NullMarked;
