/**
 * Accepting TCP connections without falling over: the acceptor, and the words its users name.
 *
 * <pre>
 * kernel accept queue -&gt; accept -&gt; alive? -&gt; admit -&gt; greet -&gt; the client's turn -&gt; worker -&gt; outcome
 *                        |_____________ one loop thread, never waiting ______________|
 * </pre>
 *
 * <p>{@link io.acceptor.Acceptor} is the server; {@link io.acceptor.ResilientServerSocket} takes the place of a
 * {@link java.net.ServerSocket} in a loop that exists already. Both end every connection in exactly one
 * {@link io.acceptor.Outcome}.
 */
@NullMarked
package io.acceptor;

import org.jspecify.annotations.NullMarked;
