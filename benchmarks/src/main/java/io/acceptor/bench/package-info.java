/** Benchmarks of Acceptor and of what it is compared with; nothing is measured here yet. */
@NullMarked
package io.acceptor.bench;

import org.jspecify.annotations.NullMarked;
