package io.acceptor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.example.TwoNettys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers on two copies of Netty, of 4.1 and of 4.2, in one JVM. */
@Timeout(120)
final class NettyIT {
    @Test
    void eachCopyGetsAGuardOfItsOwn(@TempDir Path folder) throws Exception {
        int first = JavaProgram.freePort();
        int second = JavaProgram.freePort();
        int left = JavaProgram.freePort();
        try (JavaProgram program = JavaProgram.start(
                        folder,
                        List.of(
                                JavaProgram.agent("exceptPorts=" + left),
                                "-cp",
                                TestJar.testClasses(),
                                TwoNettys.class.getName(),
                                JavaProgram.folder("netty-4.1"),
                                JavaProgram.folder("netty-4.2"),
                                "" + first,
                                "" + second));
                JavaProgram excepted = JavaProgram.start(
                        folder,
                        List.of(
                                JavaProgram.agent("exceptPorts=" + left),
                                "-Dport=" + left,
                                "-cp",
                                JavaProgram.folder("netty-4.2") + "/*",
                                "io.netty.example.telnet.TelnetServer"))) {
            program.find(Pattern.compile("(guards \\S+:" + first + ")"));
            program.find(Pattern.compile("(guards \\S+:" + second + ")"));
            excepted.find(Pattern.compile("(leaves \\S+:" + left + " alone, as its options say)"));
            for (int port : List.of(first, second)) {
                RealProgram.talk(port);
            }
            RealProgram.NETTY_4_2.awaitReady(excepted, left);
            RealProgram.talk(left);
            assertThat(excepted.lines()).noneMatch(line -> line.contains("acceptor-agent: INFO guards"));
        }
    }
}
