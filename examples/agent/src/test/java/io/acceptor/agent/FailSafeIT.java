package io.acceptor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.example.Opener;
import org.example.OwnLibraries;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program under the agent runs as it would without, whatever it brings along and whatever the agent lacks. */
@Timeout(120)
final class FailSafeIT {
    @TempDir
    private Path folder;

    @Test
    void anAgentThatCannotStartLeavesTheProgramAsItIs() throws Exception {
        Path crippled = TestJar.in(folder, "crippled.jar")
                .manifest("Premain-Class", AcceptorAgent.class.getName())
                .add(AcceptorAgent.class)
                .write();
        try (JavaProgram program = JavaProgram.start(
                folder, List.of("-javaagent:" + crippled, "-cp", TestJar.testClasses(), Opener.class.getName()))) {
            assertThat(program.exitCode()).isZero();
            assertThat(program.lines())
                    .hasSize(2)
                    .anyMatch(line -> line.startsWith("acceptor-agent: ERROR not active"))
                    .anyMatch(line -> line.startsWith("opened ServerSocket, "));
        }
    }

    @Test
    void aWrongOptionIsOneLineAndTheProgramDoesNotStart() throws Exception {
        try (JavaProgram program = JavaProgram.start(
                folder,
                List.of(JavaProgram.agent("maxConnections=0"), "-cp", TestJar.testClasses(), Opener.class.getName()))) {
            assertThat(program.exitCode()).isEqualTo(1);
            assertThat(program.lines()).containsExactly("acceptor-agent: maxConnections must be at least 1, was 0");
        }
    }

    @Test
    @Tag("security-manager")
    void underASecurityManagerTheProgramIsLeftAlone() throws Exception {
        Path policy = Files.writeString(
                folder.resolve("policy"),
                "grant codeBase \"file:" + TestJar.testClasses() + "/-\" { permission java.security.AllPermission; };");
        try (JavaProgram program = JavaProgram.start(
                folder,
                List.of(
                        JavaProgram.agent(""),
                        "-Djava.security.manager",
                        "-Djava.security.policy==" + policy,
                        "-cp",
                        TestJar.testClasses(),
                        Opener.class.getName()))) {
            assertThat(program.exitCode()).as("%s", program).isZero();
            assertThat(program.lines())
                    .anyMatch(line -> line.startsWith("acceptor-agent: WARN not active"))
                    .anyMatch(line -> line.startsWith("opened ServerSocket, ServerSocket by"));
        }
    }

    @Test
    void aProgramWithItsOwnAcceptorAndPrometheusKeepsThem() throws Exception {
        try (JavaProgram program = JavaProgram.start(
                folder,
                List.of(JavaProgram.agent("metrics=0"), "-cp", librariesOfTests(), OwnLibraries.class.getName()))) {
            assertThat(program.exitCode()).as("%s", program).isZero();
            assertThat(program.lines())
                    .contains(
                            "greeted h",
                            "acceptor from io.acceptor.Acceptor",
                            "own meters true",
                            "socket AgentServerSocket",
                            "slf4j ch.qos.logback.classic.LoggerContext",
                            "java.util.logging java.util.logging.LogManager 1");
            assertThat(program.lines().stream().filter(line -> line.startsWith("keeps the JVM alive")))
                    .as("the program's own loop, and nothing of the agent's")
                    .containsExactly("keeps the JVM alive: acceptor-mine");
        }
    }

    /** Everything that the tests have, but for the agent's own classes. */
    private static String librariesOfTests() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("acceptor-agent") && !isAgent(entry))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isAgent(String entry) {
        return Path.of(entry)
                .resolve("io/acceptor/agent/AcceptorAgent.class")
                .toFile()
                .exists();
    }
}
