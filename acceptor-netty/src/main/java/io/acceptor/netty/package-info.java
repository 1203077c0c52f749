/**
 * Acceptor's promises on Netty's transports: {@link io.acceptor.netty.AcceptGuard} for a server bootstrap that is there
 * already, {@link io.acceptor.netty.NettyAcceptor} for a whole server.
 *
 * <pre>
 * kernel accept queue -&gt; alive? -&gt; admit -&gt; greet -&gt; register -&gt; the client's turn -&gt; childHandler -&gt; outcome
 *                        |___ the server channel's loop ____|    |______ the connection's loop _______________|
 *
 * with a {@link io.acceptor.netty.ProxyProtocol} header required:
 * kernel accept queue -&gt; alive? -&gt; register -&gt; header -&gt; admit -&gt; greet -&gt; the client's turn -&gt; childHandler -&gt; outcome
 * </pre>
 */
@NullMarked
package io.acceptor.netty;

import org.jspecify.annotations.NullMarked;
