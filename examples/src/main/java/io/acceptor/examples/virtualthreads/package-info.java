/** Ten thousand clients that stay, each with a handler of its own that waits for its next line, on virtual threads. */
@NullMarked
package io.acceptor.examples.virtualthreads;

import org.jspecify.annotations.NullMarked;
