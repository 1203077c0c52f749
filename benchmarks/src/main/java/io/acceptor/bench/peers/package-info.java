/** The servers that are measured side by side: ours, and what they are compared with. */
@NullMarked
package io.acceptor.bench.peers;

import org.jspecify.annotations.NullMarked;
