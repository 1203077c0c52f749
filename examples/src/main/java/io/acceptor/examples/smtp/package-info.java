/**
 * A mail server that takes mail and throws it away, with three accept loops: {@link io.acceptor.examples.smtp.OldLoop} as
 * such servers have it, {@link io.acceptor.examples.smtp.NewLoop} the same on a {@code ResilientServerSocket}, and
 * {@link io.acceptor.examples.smtp.Screen}, which also turns away those that speak before their turn.
 */
@NullMarked
package io.acceptor.examples.smtp;

import org.jspecify.annotations.NullMarked;
