package io.acceptor.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a measurement ran on, in one line. */
public final class Machine {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");
    private static final String MODEL = "model name";

    private Machine() {}

    public static String describe() {
        return cpuModel() + ", " + Runtime.getRuntime().availableProcessors() + " cores, "
                + property("os.name") + " " + property("os.version") + " " + property("os.arch") + ", "
                + property("java.vm.name") + " " + Runtime.version();
    }

    private static String cpuModel() {
        try (Stream<String> lines = Files.lines(CPUINFO, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.startsWith(MODEL))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("unknown CPU");
        } catch (IOException notLinux) {
            return "unknown CPU";
        }
    }

    private static String property(String name) {
        return System.getProperty(name, "unknown " + name);
    }
}
