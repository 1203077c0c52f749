package io.acceptor.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.examples.Child;
import io.acceptor.it.NativeAccess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers of Armeria and Vert.x, not a line of which is ours, in a JVM that guards all of Netty's servers. */
@Timeout(120)
final class ByExtensionTest {
    @Test
    void serversThatShowNothingOfNettysAreGuarded() throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(NativeAccess.ofThisJvm());
        command.add("-Dio.netty.bootstrap.extensions=serviceload");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ByExtension.class.getName()));
        try (Child servers = Child.start(command)) {
            assertThat(servers.exitCode()).as("%s", servers).isZero();
            assertThat(servers.lines())
                    .contains(
                            "armeria says hello, probes so far " + UnderProbes.PROBES,
                            "vertx says hello, probes so far " + 2 * UnderProbes.PROBES);
        }
    }
}
