package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.bench.doctor.ThreadDump.JvmThread;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which thread of a dump may be the one that accepts. */
final class ThreadDumpTest {
    private static final String DUMP = """
            2026-11-28 00:30:00
            Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):

            "main" #1 prio=5 os_prio=0 tid=0x1 nid=0x2 runnable  [0x3]
               java.lang.Thread.State: RUNNABLE
            \tat sun.nio.ch.SocketDispatcher.write0(java.base@17.0.15/Native Method)
            \tat app.Loop.greet(Loop.java:12)
            \tat app.Loop.main(Loop.java:7)

            "Reference Handler" #2 daemon prio=10 tid=0x1 nid=0x2 waiting on condition  [0x3]
               java.lang.Thread.State: RUNNABLE
            \tat java.lang.ref.Reference.waitForReferencePendingList(java.base@17.0.15/Native Method)

            "pool-1-thread-1" #11 prio=5 tid=0x1 nid=0x2 waiting on condition  [0x3]
               java.lang.Thread.State: WAITING (parking)
            \tat jdk.internal.misc.Unsafe.park(java.base@17.0.15/Native Method)
            \t- parking to wait for  <0x4> (a java.util.concurrent.SynchronousQueue)
            \tat java.util.concurrent.ThreadPoolExecutor.getTask(java.base@17.0.15/ThreadPoolExecutor.java:1062)
            \tat app.Pool.run(Pool.java:3)

            "RMI TCP Accept-0" #12 daemon prio=5 tid=0x1 nid=0x2 runnable  [0x3]
               java.lang.Thread.State: RUNNABLE
            \tat sun.nio.ch.Net.accept(java.base@17.0.15/Native Method)
            \tat sun.nio.ch.NioSocketImpl.accept(java.base@17.0.15/NioSocketImpl.java:760)
            \tat java.net.ServerSocket.accept(java.base@17.0.15/ServerSocket.java:569)

            "http-nio-80-Acceptor-0" #13 daemon prio=5 tid=0x1 nid=0x2 waiting for monitor entry  [0x3]
               java.lang.Thread.State: BLOCKED (on object monitor)
            \tat app.Limits.take(Limits.java:3)

            "VM Thread" os_prio=0 tid=0x1 nid=0x2 runnable

            JNI global refs: 15, weak refs: 0
            """;

    @Test
    void ofAStalledListenerTheThreadInAcceptIsTheLeastSuspect() {
        assertThat(suspects(true)).containsExactly("\"http-nio-80-Acceptor-0\"", "\"main\"", "\"RMI TCP Accept-0\"");
    }

    @Test
    void ofOneThatIsTakenFromItMayWellBeTheOne() {
        assertThat(suspects(false)).containsExactly("\"http-nio-80-Acceptor-0\"", "\"RMI TCP Accept-0\"", "\"main\"");
    }

    @Test
    void itsStateAndItsCallsAreKept() {
        JvmThread main = ThreadDump.parsed(DUMP.lines().toList()).suspects(true).get(1);

        assertThat(main.frames()).first().isEqualTo("java.lang.Thread.State: RUNNABLE");
        assertThat(main.frames()).last().isEqualTo("at app.Loop.main(Loop.java:7)");
        assertThat(main.frames()).hasSize(4);
    }

    @Test
    void anEmptyDumpHasNoSuspects() {
        assertThat(ThreadDump.parsed(List.of()).suspects(true)).isEmpty();
    }

    private static List<String> suspects(boolean stalled) {
        return ThreadDump.parsed(DUMP.lines().toList()).suspects(stalled).stream()
                .map(JvmThread::name)
                .toList();
    }
}
