/** What guards Netty's servers. Defined once for each copy of Netty in the JVM, by a loader that sees that copy. */
@NullMarked
package io.acceptor.agent.netty;

import org.jspecify.annotations.NullMarked;
