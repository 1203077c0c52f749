/** The command {@code flood}: probes and other visitors by the thousand, open to a server on loopback, on a schedule. */
@NullMarked
package io.acceptor.bench.flood;

import org.jspecify.annotations.NullMarked;
