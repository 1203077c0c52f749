package io.acceptor;

import io.acceptor.queue.AcceptQueueInspection;
import java.time.Duration;
import java.util.List;

/**
 * Something that should take connections does not: a loop held up by user code, an application that no longer calls accept(), or
 * the workers. Immutable.
 *
 * @param listener the acceptor's name
 * @param thread the thread that is stuck, or empty when it is the application or the workers that no longer come
 * @param state {@code "computing"} if the thread used a processor for most of the time, else {@code "blocked"}: it slept or waited in
 *     the kernel; on systems other than Linux, which do not tell, always {@code "blocked"}. Empty if there is no such thread. One that
 *     wanted a processor and got none is not reported: that is no stall
 * @param phase what it was doing, in words
 * @param stalledFor how long so far
 * @param queue what the kernel's accept queue held at that moment
 * @param stack the stuck thread's stack, innermost call first; empty if there is no such thread
 */
public record StallReport(
        String listener,
        String thread,
        String state,
        String phase,
        Duration stalledFor,
        AcceptQueueInspection queue,
        List<StackTraceElement> stack) {

    /** Copies the stack. */
    public StallReport {
        stack = List.copyOf(stack);
    }

    /** The report as a log line, with the stack below it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(256)
                .append("stall of ")
                .append(listener)
                .append(": ")
                .append(phase)
                .append(" for ")
                .append(stalledFor.toMillis())
                .append(" ms");
        if (!thread.isEmpty()) {
            text.append(", thread ").append(thread).append(" is ").append(state);
        }
        text.append(", accept queue: ").append(queue);
        for (StackTraceElement frame : stack) {
            text.append("\n\tat ").append(frame);
        }
        return text.toString();
    }
}
