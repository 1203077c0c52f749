/** The clients that must be greeted while others flood: what becomes of them, and what is asked of that. */
@NullMarked
package io.acceptor.bench.victims;

import org.jspecify.annotations.NullMarked;
