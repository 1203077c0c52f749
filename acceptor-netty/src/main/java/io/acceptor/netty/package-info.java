/**
 * Acceptor's promises on Netty's transports: {@link io.acceptor.netty.AcceptGuard} for a server bootstrap that is there
 * already, {@link io.acceptor.netty.NettyAcceptor} for a whole server.
 */
@NullMarked
package io.acceptor.netty;

import org.jspecify.annotations.NullMarked;
