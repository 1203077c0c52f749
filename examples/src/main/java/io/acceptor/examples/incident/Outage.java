package io.acceptor.examples.incident;

import io.acceptor.queue.AcceptQueueReading;

/**
 * What acts 1 and 2 found.
 *
 * @param servedBefore whether the black box served its first client
 * @param books what it says about itself in the end
 * @param queue its accept queue in the end
 * @param listed how many of its connections netstat listed then
 * @param doctor what the doctor said of it
 * @param waiting the client that came while there was room
 * @param late the client that came when there was none
 */
record Outage(
        boolean servedBefore,
        Books books,
        AcceptQueueReading queue,
        long listed,
        Consultation doctor,
        Visit waiting,
        Visit late) {

    /** The number of the probe that it never got past, counted from 1: the first connection was a client's. */
    long fatalProbe() {
        return books.taken() - 1;
    }

    /** It sits on a dead connection, and its queue has filled up to the last place. */
    boolean wedged() {
        return books.deadAtWrite() == 1 && books.greeted() == books.taken() - 1 && queue.full();
    }

    /** Of all that wait in the queue, netstat knows the one client that is still there. */
    boolean unseen() {
        return listed <= 1;
    }
}
