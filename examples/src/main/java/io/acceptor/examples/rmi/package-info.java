/** A {@code ResilientServerSocket} under code that is not ours: the accept loop of the JDK's own RMI. */
@NullMarked
package io.acceptor.examples.rmi;

import org.jspecify.annotations.NullMarked;
