/** The commands {@code probe-cost} and {@code queue-cost}: what a probe costs a server, and what a look at an accept queue costs. */
@NullMarked
package io.acceptor.bench.cost;

import org.jspecify.annotations.NullMarked;
