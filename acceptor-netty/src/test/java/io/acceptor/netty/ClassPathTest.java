package io.acceptor.netty;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is optional may be missing from the class path. */
@Timeout(60)
class ClassPathTest {
    private static final String NATIVE = "netty-transport-native-(epoll|io_uring)-.*";
    private static final String CLASSES = "netty-transport-(classes-(epoll|io_uring)|native-unix-common)-.*";
    private static final String CODEC = "netty-codec-haproxy-.*";

    /** What a {@link BareServer} says, in a JVM of its own, without the jars whose names match. */
    private static List<String> without(String... jars) throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> Stream.of(jars).noneMatch(new File(entry).getName()::matches))
                .collect(joining(File.pathSeparator));
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(java, "-cp", classPath, BareServer.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var reader = process.inputReader()) {
            List<String> lines = reader.lines().toList();
            assertThat(process.waitFor()).as(lines.toString()).isZero();
            return lines;
        }
    }

    private static void assertNioInPlaceOfAll(List<String> said) {
        assertThat(said)
                .contains(
                        "AUTO: NIO says helloping",
                        "AUTO again: NIO says helloping",
                        "NIO: NIO says helloping",
                        "guard: NIO says helloping, live=true");
        for (String asked : Set.of("EPOLL", "IO_URING")) {
            assertThat(said)
                    .filteredOn(line -> line.startsWith(asked + ": "))
                    .singleElement()
                    .asString()
                    .startsWith(
                            asked + ": java.lang.IllegalStateException: transport " + asked + " is not available here");
        }
        assertThat(said)
                .filteredOn(line -> line.startsWith("log: "))
                .singleElement()
                .asString()
                .startsWith("log: INFO no native transport (")
                .contains("NIO is used");
    }

    @Test
    void withoutNativeLibrariesThereIsNioWhichIsSaidOnce() throws Exception {
        List<String> said = without(NATIVE);
        assertNioInPlaceOfAll(said);
        assertThat(said).as("a client without a header is refused").contains("PROXY: NIO says ");
    }

    @Test
    void withNothingOptionalThereIsNioWhichIsSaidOnce() throws Exception {
        List<String> said = without(NATIVE, CLASSES, CODEC);
        assertNioInPlaceOfAll(said);
        assertNoProxyProtocol(said);
    }

    @Test
    void withoutTheCodecEverythingButTheProxyProtocolWorks() throws Exception {
        List<String> said = without(CODEC);
        String chosen = NettyTransport.EPOLL.isAvailable() ? "EPOLL" : "NIO";
        assertThat(said)
                .contains(
                        "AUTO: " + chosen + " says helloping",
                        "NIO: NIO says helloping",
                        "guard: NIO says helloping, live=true");
        assertNoProxyProtocol(said);
    }

    private static void assertNoProxyProtocol(List<String> said) {
        assertThat(said)
                .contains("PROXY: java.lang.IllegalStateException: "
                        + "the PROXY protocol needs netty-codec-haproxy on the class path");
    }
}
