/** The command {@code serve}, and a server under test in a process of its own with the readings that it gives of itself. */
@NullMarked
package io.acceptor.bench.serve;

import org.jspecify.annotations.NullMarked;
