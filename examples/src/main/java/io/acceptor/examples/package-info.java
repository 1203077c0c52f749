/**
 * Small programs that show Acceptor at work, one package each; {@link io.acceptor.examples.Examples} starts them by name.
 */
@NullMarked
package io.acceptor.examples;

import org.jspecify.annotations.NullMarked;
