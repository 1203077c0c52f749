/**
 * A Java agent that makes the accept loops of a program robust that nobody may change: where the program opens a
 * {@link java.net.ServerSocket}, it gets one that stands on Acceptor.
 */
@NullMarked
package io.acceptor.agent;

import org.jspecify.annotations.NullMarked;
