package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardPropertiesTest {
    private static Properties properties(String... keysAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.setProperty("acceptor.guard." + keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }

    @Test
    void everyWordIsKnown() {
        Properties all = properties(
                "name", "jvm",
                "greeting", "220 ready\\r\\n",
                "greetingTimeout", "10s",
                "awaitFirstByte", "60s",
                "handOffAtOnce", "false",
                "maxConnections", "10",
                "maxConnectionsPerSource", "5",
                "backlog", "100",
                "stallThreshold", "1500ms",
                "proxyProtocol", "10.1.0.0/16, fd00::/8",
                "headerTimeout", "3s");
        assertThat(GuardProperties.of(all).toGuard().queues()).isEmpty();
        assertThat(GuardProperties.of(properties("settle", "5ms")).toGuard().queues())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            settel         | 5ms    | no such setting
            settle         | 5      | must be a time, as 5ms or 2s
            settle         | 0s     | settle must be more than 0, was PT0S
            handOffAtOnce  | yes    | must be true or false
            maxConnections | many   | must be a number
            maxConnections | 0      | maxConnections must be at least 1, was 0
            proxyProtocol  | 10/99  | network must be an address or one like 10.1.0.0/16, was "10/99"
            headerTimeout  | 5s     | needs acceptor.guard.proxyProtocol
            """)
    void aWrongOneIsNamedWithItsValue(String word, String value, String message) {
        assertThatThrownBy(() -> GuardProperties.of(properties(word, value)).toGuard())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("acceptor.guard." + word + "=" + value + ": " + message);
    }

    @Test
    void aSystemPropertyGoesBeforeTheFile(@TempDir Path directory) throws IOException {
        Path file =
                Files.writeString(directory.resolve("guard.properties"), "settle = 0s\nmaxConnections = 0\n", UTF_8);
        Properties properties = properties("file", file.toString(), "maxConnections", "7");
        assertThatThrownBy(() -> GuardProperties.of(properties).toGuard())
                .hasMessageStartingWith("acceptor.guard.settle=0s:");
        properties.setProperty("acceptor.guard.settle", "5ms");
        assertThat(GuardProperties.of(properties).toGuard().queues()).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> GuardProperties.of(properties("file", "/nowhere/guard.properties")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("acceptor.guard.file cannot be read, was \"/nowhere/guard.properties\": ");
    }
}
