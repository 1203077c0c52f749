package io.acceptor.bench.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The threads of a JVM as {@code jcmd PID Thread.print} lists them, and which of them may be the one that accepts. The kernel does not
 * tell which thread serves which listener. So names are gone by, and calls: a thread that hangs is not in {@code accept()}.
 */
final class ThreadDump {
    private static final Pattern NAMED = Pattern.compile("(?i)accept|boss|listener");
    private static final Pattern IN_ACCEPT =
            Pattern.compile("^\\s*at (java\\.base[^/]*/)?(java\\.net|sun\\.nio\\.ch)\\.\\S*[aA]ccept\\S*\\(");
    private static final Pattern OF_THE_JDK = Pattern.compile("^at (java\\.base|jdk\\.\\S+|java\\.\\S+)(@[^/]*)?/.*");

    /** A thread that waits there waits for work. */
    private static final Pattern WAITS_FOR_WORK = Pattern.compile(
            "ThreadPoolExecutor\\.getTask|ForkJoinPool\\.(runWorker|awaitWork)|EPoll\\.wait|epollWait|ReferenceQueue\\.remove"
                    + "|TimerThread\\.mainLoop");

    private final List<JvmThread> threads;

    private ThreadDump(List<JvmThread> threads) {
        this.threads = threads;
    }

    /** Of the lines that jcmd prints. */
    static ThreadDump parsed(List<String> lines) {
        List<JvmThread> threads = new ArrayList<>();
        List<String> frames = List.of();
        for (String line : lines) {
            if (line.startsWith("\"")) {
                frames = new ArrayList<>();
                threads.add(new JvmThread(line.substring(0, line.indexOf('"', 1) + 1), frames));
            } else if (line.startsWith("\tat ")
                    || line.startsWith("\t- ")
                    || line.startsWith("   java.lang.Thread.State")) {
                frames.add(line.strip());
            } else if (line.isBlank()) {
                frames = new ArrayList<>();
            }
        }
        return new ThreadDump(threads);
    }

    /**
     * Those that may be the accepting thread, the likeliest first.
     *
     * @param stalled nothing is taken from the queue: then a thread in {@code accept()} serves another one
     */
    List<JvmThread> suspects(boolean stalled) {
        Comparator<JvmThread> likeliestFirst =
                Comparator.<JvmThread>comparingInt(JvmThread::likelihood).reversed();
        return threads.stream()
                .filter(thread -> thread.likelihood() > 0)
                .sorted(
                        stalled
                                ? Comparator.comparing(JvmThread::inAccept).thenComparing(likeliestFirst)
                                : likeliestFirst)
                .toList();
    }

    /**
     * A thread.
     *
     * @param name in quotes
     * @param frames its state, and its calls, the innermost first
     */
    record JvmThread(String name, List<String> frames) {
        private static final int NAMED_SO = 3;
        private static final int WAITS_IN_ACCEPT = 2;
        private static final int BUSY = 1;

        /** How likely it is that it accepts; 0 if nothing speaks for it. */
        int likelihood() {
            if (frames.isEmpty()) {
                return 0;
            }
            if (inAccept()) {
                return WAITS_IN_ACCEPT;
            }
            boolean ofTheProgram = frames.stream()
                    .anyMatch(frame -> frame.startsWith("at ")
                            && !OF_THE_JDK.matcher(frame).matches());
            boolean idle = frames.stream()
                    .anyMatch(frame -> WAITS_FOR_WORK.matcher(frame).find());
            if (NAMED.matcher(name).find() && frames.size() > 1) {
                return idle ? BUSY : NAMED_SO;
            }
            return ofTheProgram && !idle ? BUSY : 0;
        }

        /** What speaks for it, in words. */
        String reason() {
            return switch (likelihood()) {
                case NAMED_SO -> "by its name it accepts";
                case WAITS_IN_ACCEPT -> "waits in accept(), for this port or another";
                default -> "runs the program's code";
            };
        }

        boolean inAccept() {
            return frames.stream().anyMatch(frame -> IN_ACCEPT.matcher(frame).find());
        }
    }
}
