/** The server of the README. */
@NullMarked
package io.acceptor.examples.quickstart;

import org.jspecify.annotations.NullMarked;
