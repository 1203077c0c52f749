/**
 * A server that stands behind HAProxy and can be restarted without losing a client.
 *
 * <pre>
 * SIGTERM -&gt; not ready: the agent says "drain" -&gt; HAProxy sends no new clients -&gt; lame-duck time over
 *         -&gt; listener closed -&gt; open conversations end -&gt; exit
 * </pre>
 */
@NullMarked
package io.acceptor.examples.haproxy;

import org.jspecify.annotations.NullMarked;
