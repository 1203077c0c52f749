package io.acceptor.examples.incident;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class IncidentTest {
    private static final int COLUMNS = 110;

    @Test
    @Timeout(120)
    void theReplayShowsTheOutageAndTheCure() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        int exit = Incident.run(Scale.SHORT, new PrintStream(printed, true, StandardCharsets.UTF_8));

        String page = printed.toString(StandardCharsets.UTF_8);
        assertThat(exit).as(page).isEqualTo(Incident.SHOWN);
        assertThat(page)
                .contains("Recv-Q 51, Send-Q 50")
                .contains("never heard a word")
                .contains("could not connect")
                .contains("Program.greet:")
                .contains("STALLED WITH GHOSTS", "Why can't netstat see them?")
                .contains("One line: the socket", "Two lines: the socket, and who greets", "No loop: an Acceptor")
                .contains("0 lines logged above DEBUG")
                .contains(AgentJar.find().isPresent() ? "No line: the agent" : "Three ways to mend it")
                .doesNotContain("do NOT balance", "NOT SHOWN");
        assertThat(page.lines()).allMatch(line -> line.length() <= COLUMNS);
    }
}
