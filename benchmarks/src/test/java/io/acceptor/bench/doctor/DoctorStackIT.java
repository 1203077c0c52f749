package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;

/** {@code doctor --stack}: where the accepting thread of another JVM is. */
final class DoctorStackIT {
    private static final int BACKLOG = 50;

    @Test
    void aHungAcceptingThreadIsShownWhereItIs() throws Exception {
        int port = freePort();
        try (PortSharer server = PortSharer.on(port, BACKLOG);
                Socket hangsIt = new Socket(InetAddress.getLoopbackAddress(), port)) {
            hangsIt.getOutputStream().write(1);
            try (Socket waits = new Socket(InetAddress.getLoopbackAddress(), port)) {
                DoctorProcess run = DoctorProcess.run(port, "--stack", "--watch=2");

                assertThat(waits.isConnected() && server.isAlive()).isTrue();
                assertThat(run.output())
                        .contains("ACCEPT STALLED", "\"sharer-acceptor\" by its name it accepts", "PortSharer.hang(");
                assertThat(run.output().indexOf("sharer-acceptor"))
                        .isLessThan(run.output().indexOf("What to do"));
            }
        }
    }

    @Test
    void aJvmThatWouldDieOfItIsNotAsked() throws Exception {
        int port = freePort();
        try (PortSharer server = PortSharer.on(port, BACKLOG, "-Xrs")) {
            assertThat(DoctorProcess.run(port, "--stack", "--watch=1").output())
                    .contains("No stack of pid " + server.pid() + ": it does not catch SIGQUIT");
            assertThat(server.isAlive()).isTrue();
        }
    }

    @Test
    void aStoppedOneIsNotAsked() throws Exception {
        int port = freePort();
        try (PortSharer server = PortSharer.on(port, BACKLOG).stop()) {
            assertThat(DoctorProcess.run(port, "--stack", "--watch=1").output())
                    .contains("No stack of pid " + server.pid() + ": it is stopped (State T");
        }
    }

    @Test
    void withoutTheOptionNobodyIsAsked() throws Exception {
        int port = freePort();
        try (PortSharer server = PortSharer.on(port, BACKLOG)) {
            assertThat(DoctorProcess.run(port, "--watch=1").output())
                    .contains("pid " + server.pid())
                    .doesNotContain("accepting thread is\n");
        }
    }

    private static int freePort() throws IOException {
        try (MadeQueue queue = MadeQueue.on("127.0.0.1", 1)) {
            return queue.port();
        }
    }
}
