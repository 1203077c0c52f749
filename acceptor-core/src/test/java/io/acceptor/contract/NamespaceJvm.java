package io.acceptor.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.acceptor.it.NativeAccess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM in a network namespace of its own, whose settings it may change; loopback is all that it has. Needs Linux and root. */
public final class NamespaceJvm {
    private static final List<String> IN_NAMESPACE =
            List.of("unshare", "-n", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh");

    private NamespaceJvm() {}

    /**
     * Runs a program to its end. Skips the calling test, and says so, where no namespace can be made.
     *
     * @param main its class; it must end with code 0
     * @return what it has printed
     */
    public static List<String> run(Class<?> main, String... arguments) throws IOException, InterruptedException {
        assumeTrue(canMakeOne(), "no network namespace can be made here: that needs Linux, root, unshare and ip");
        List<String> command = new ArrayList<>(IN_NAMESPACE);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(NativeAccess.ofThisJvm());
        command.addAll(
                List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            List<String> printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as(() -> String.join("\n", printed)).isZero();
            return printed;
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean canMakeOne() throws InterruptedException {
        List<String> command = new ArrayList<>(IN_NAMESPACE);
        command.add("true");
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
