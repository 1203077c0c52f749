/** Acceptor on Netty's transports; nothing is implemented here yet. */
@NullMarked
package io.acceptor.netty;

import org.jspecify.annotations.NullMarked;
