package io.acceptor.bench.doctor;

import java.util.List;

/**
 * What can be wrong with a listening port: a closed list. Each has its words, what they mean and what to do, for people, here
 * and nowhere else. {@code PID} stands for the process that owns the listener.
 */
enum Verdict {
    /** Taken as they come. */
    HEALTHY(
            "healthy",
            Finding.HEALTHY,
            "The program takes its connections from the queue: some were seen taken, and none has to wait long.",
            List.of(),
            List.of()),

    /** Nothing is wrong that can be seen. */
    NO_TRAFFIC_SEEN("no traffic seen", Finding.NOTHING_SEEN, """
            No connection was seen taken from the queue, and none waits for long. Either nobody came, or those who came were \
            taken at once. Whether the program would take one now cannot be seen from outside: the queue of a program that \
            has ceased to accept looks the same until somebody comes.""", List.of(), List.of("""
                    Connect to it while it is being watched (--watch 30): a connection that is not taken shows at once. A check \
                    that waits for an answer knows more than the queue does.""")),

    /** Taken, but late. */
    SLOW_ACCEPT(
            "slow accept",
            Finding.SICK,
            """
            Connections are taken, but most of the time one has waited for more than 200 ms. Clients wait so long \
            before the program even knows of them.""",
            List.of(),
            List.of(
                    """
                    See what the accepting thread does between two accepts: a greeting, a TLS handshake, a DNS look-up, a log \
                    line, a wait for a free worker. A few thread dumps show it (Java: jcmd PID Thread.print).""",
                    "Move that off the accepting thread. If it only accepts and is still too slow, is it short of processor time?",
                    "A longer backlog does not help: it makes clients wait longer.")),

    /** Not taken at all. */
    ACCEPT_STALLED(
            "accept stalled",
            Finding.SICK,
            """
            Connections wait in the queue and the program takes none of them. Their clients are connected and do not hear a \
            word; a check that only connects says that all is well.""",
            List.of(),
            List.of(
                    Words.THREAD_DUMP,
                    """
                    Is the process stopped or frozen (State in /proc/PID/status)? Is it out of descriptors (ls /proc/PID/fd \
                    against "Max open files" in /proc/PID/limits)?""",
                    "Restart it if clients cannot wait: what is in the queue is lost then, and so is the evidence.")),

    /** The outage of the story. */
    STALLED_WITH_GHOSTS(
            "stalled with ghosts",
            Finding.SICK,
            """
            The program takes no connections, and clients that were not served have reset theirs, which stay in the queue as \
            ghosts. That is the picture of health checks that connect and reset while the accept loop hangs, \
            most likely over one of them.""",
            List.of(
                    new Answer("Why can't netstat see them?", """
                            A reset connection has no TCP state left, and states are what netstat lists. Linux keeps its place \
                            in the accept queue all the same until the program takes it, and Recv-Q of "ss -lnt" counts it."""),
                    new Answer("Why does stopping the probes help?", """
                            Every probe takes a place for good. Without them the queue does not fill up, and a loop that is not \
                            yet hung has nothing to hang on. One that hangs stays hung: only accepting, or a restart, \
                            empties the queue."""),
                    new Answer("Why doesn't the program accept?", """
                            It is still busy with a connection that it took before. Most likely that is a probe whose reset \
                            overtook the greeting: the write failed, and the loop never gets past it. A probe that waits \
                            10 ms before its reset hides the fault.""")),
            List.of(
                    Words.THREAD_DUMP,
                    "Switch the probes off, or have them read the greeting and close in order; then restart the program.",
                    """
                    Then mend the loop: accepting must not wait for a client. In Java, ResilientServerSocket with a greeting in \
                    place of ServerSocket, or an Acceptor.""")),

    /** Part of the clients is lost. */
    SOME_STALLED("some listeners stalled", Finding.SICK, """
            Several listeners share this port (SO_REUSEPORT), and from some of them nothing is taken. The kernel gives each \
            connection to one listener, by its addresses and ports, and never to another. So a share of the clients is \
            connected and does not hear a word, and the others are served. Where such a queue is full, the kernel \
            drops the SYN of that share, and of nobody else.""", List.of(), List.of("""
                    Is the process of the stalled listener stopped or frozen (State in /proc/PID/status)? Else look where its \
                    accepting thread is (Java: jcmd PID Thread.print; else gdb -p PID, or /proc/PID/stack).""", """
                    Stop or restart that process: when its listener closes, all new clients go to the others. What is in its \
                    queue is lost.""")),

    /** Part of the clients is locked out. */
    SOME_FULL("some queues full", Finding.SICK, """
            Several listeners share this port (SO_REUSEPORT), and the queues of some take no more connections, though \
            connections are taken from them. The kernel drops the SYN of the clients that it gives to these; connecting times \
            out for them, and for nobody else.""", List.of(), List.of("""
                    The program is too slow there for what comes: see what it does between two accepts. The kernel deals \
                    clients out evenly, however busy a listener is: one that is slower than the others fills up first.""", """
                    If these were bursts, ask for a longer backlog; net.core.somaxconn caps it.""")),

    /** Nobody gets in. */
    QUEUE_FULL("queue full, clients locked out", Finding.SICK, """
            The queue takes no more connections. The kernel drops the SYN of everyone who comes now: the port is open, and \
            connecting to it times out. (Full is one above the limit: a backlog of 50 holds 51.)""", List.of(), List.of(Words.THREAD_DUMP, """
                    If something is taken, the program is too slow for what comes: see what it does between two accepts, and \
                    who comes so often.""", """
                    If these were bursts, ask for a longer backlog; net.core.somaxconn caps it. Both count when the program \
                    calls listen(), so restart it.""")),

    /** The kernel's cap. */
    BACKLOG_CAPPED(
            "backlog capped by somaxconn",
            Finding.SICK,
            """
            Connections are taken, but bursts fill more than half of the queue, and its limit is all that the kernel grants: \
            net.core.somaxconn. The program may have asked for more; it was not told that it got less.""",
            List.of(),
            List.of(
                    """
                    Raise it where the program runs (in its container or network namespace): sysctl -w \
                    net.core.somaxconn=N.""",
                    "Make sure that the program asks for so much, and restart it: the limit is taken when it calls listen().")),

    /** No listener. */
    NOTHING_LISTENING(
            "nothing listening",
            Finding.SICK,
            "No program listens there in this network namespace. Clients are refused.",
            List.of(),
            List.of("Is the program running, and did it get the port (ss -lnt; its log)?", """
                    In a container it listens in a network namespace of its own: name a process of it by --pid.""")),

    /** No numbers. */
    CANNOT_TELL(
            "cannot tell",
            Finding.UNKNOWN,
            "The depth of this queue is not to be had here.",
            List.of(),
            List.of("It takes Linux, with /proc; some sandboxes (gVisor) show listeners without their queue."));

    private final String words;
    private final Finding finding;
    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // List.of()
    private final List<Answer> answers;

    @SuppressWarnings("ImmutableEnumChecker") // List.of()
    private final List<String> advice;

    Verdict(String words, Finding finding, String meaning, List<Answer> answers, List<String> advice) {
        this.words = words;
        this.finding = finding;
        this.meaning = meaning;
        this.answers = answers;
        this.advice = advice;
    }

    /** Its name for people, and in JSON. */
    String words() {
        return words;
    }

    Finding finding() {
        return finding;
    }

    /** What it means, in a few sentences. */
    String meaning() {
        return meaning;
    }

    /** What people ask about it. */
    List<Answer> answers() {
        return answers;
    }

    /** What to do, in this order. */
    List<String> advice() {
        return advice;
    }

    /** A question and its answer. */
    record Answer(String question, String text) {}

    /** What a verdict comes to, the worst first. */
    enum Finding {
        SICK(1),
        UNKNOWN(2),
        NOTHING_SEEN(0),
        HEALTHY(0);

        private final int exitCode;

        Finding(int exitCode) {
            this.exitCode = exitCode;
        }

        int exitCode() {
            return exitCode;
        }
    }

    /** Said by several. */
    private static final class Words {
        static final String THREAD_DUMP = """
                Look where the accepting thread is (Java: jcmd PID Thread.print; else gdb -p PID, or /proc/PID/stack): in a call \
                that does not return, or trying the same thing again and again.""";
    }
}
