/**
 * The kernel's accept queue as a first-class number: how many completed connections wait for {@code accept()}, and how
 * many may, exactly as {@code ss -lnt} shows them.
 *
 * <pre>
 * SYN, SYN+ACK, ACK -&gt; | client | ghost | client | ghost | ... | -&gt; accept()
 *        |               depth (Recv-Q): all that wait; limit (Send-Q): all that may, but for one
 *        |               ghosts: reset by their clients while they wait
 *        +- queue full: the SYN is dropped, and counted in {@link io.acceptor.queue.ListenCounters}
 * </pre>
 *
 * <p>A connection whose client has reset it stays in that queue until it is accepted, yet {@code netstat} shows none of
 * it: only the queue's depth tells. {@link io.acceptor.queue.AcceptQueue} reads it for one listening address, from any
 * process of the network namespace, without privileges and without a free descriptor.
 * {@link io.acceptor.queue.AcceptQueueInspection} tells what it holds, and how many of them are gone.
 * {@link io.acceptor.queue.ListenCounters} tells how often queues overflowed, of all listeners of the network namespace
 * together, since the kernel does not count them by listener. What cannot be known is
 * {@link java.lang.Double#NaN}, never zero.
 */
@NullMarked
package io.acceptor.queue;

import org.jspecify.annotations.NullMarked;
