/**
 * A Netty server with a line protocol, as such servers are and with an {@code AcceptGuard}; the second one can be told the
 * client's address by HAProxy too.
 */
@NullMarked
package io.acceptor.examples.netty;

import org.jspecify.annotations.NullMarked;
