package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The doctor as people run it: the jar, in a process of its own.
 *
 * @param exitCode how it ended
 * @param output what it printed
 */
record DoctorProcess(int exitCode, String output) {
    static final Path JAR = Path.of("target", "acceptor-bench.jar").toAbsolutePath();

    private static final long SECONDS = 60;

    /** Runs the jar. */
    static DoctorProcess run(Object... arguments) throws IOException, InterruptedException {
        return runWith(List.of(java(), "-jar", JAR.toString()), arguments);
    }

    /** Runs it by another command. */
    static DoctorProcess runWith(List<String> start, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(start);
        command.add("doctor");
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS))
                    .as("the doctor ends")
                    .isTrue();
            return new DoctorProcess(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    JsonObject json() {
        return JsonParser.parseString(output).getAsJsonObject();
    }
}
