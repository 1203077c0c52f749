package io.acceptor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.contract.NamespaceJvm;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port that several listeners share, in network namespaces made for it. */
@Timeout(120)
class SharedPortIT {
    private static final Pattern REPORT =
            Pattern.compile("migrate=(\\w+) restarts=20 lost=(\\d+) lostAtClose=(\\d+) served=(\\d+)");

    @Test
    void severalAcceptorsGetAnyFreePortWhoeverTakesPortsBeside() throws Exception {
        assertThat(NamespaceJvm.run(SharedPort.class, "ports")).containsExactly("200 started");
    }

    @Test
    void aSuccessorThatJoinsThePortLosesNoClientThatTheKernelDoesNotReset() throws Exception {
        assertHardlyNoticed(NamespaceJvm.run(SharedPort.class, "restarts"));
    }

    /** Not a client more than the kernel resets; with {@code tcp_migrate_req} it resets none. */
    private static void assertHardlyNoticed(List<String> printed) {
        List<Matcher> reports =
                printed.stream().map(REPORT::matcher).filter(Matcher::matches).toList();
        assertThat(reports).as("%s", printed).hasSize(2);
        for (Matcher report : reports) {
            System.out.println(report.group()); // the figure is told
            assertThat(Long.parseLong(report.group(4))).isPositive();
            assertThat(report.group(2))
                    .as("%s", printed)
                    .isEqualTo(report.group(1).equals("true") ? "0" : report.group(3));
        }
        assertThat(printed).as("connections cut").noneMatch(line -> line.startsWith("cut"));
    }
}
