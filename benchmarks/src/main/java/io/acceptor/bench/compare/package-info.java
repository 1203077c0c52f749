/** The command {@code compare}: servers side by side through the same scenarios, and the report of it. */
@NullMarked
package io.acceptor.bench.compare;

import org.jspecify.annotations.NullMarked;
