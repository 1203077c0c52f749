package io.acceptor.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A full disk behind standard output: nobody has read what was printed, so it is no success. */
@Isolated("it replaces the standard streams")
class UnwritableOutputTest {
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final InputStream in = System.in;
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @BeforeEach
    void replaceStreams() {
        System.setOut(new PrintStream(
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("No space left on device");
                    }
                },
                true,
                StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        System.setIn(InputStream.nullInputStream());
    }

    @AfterEach
    void restoreStreams() {
        System.setOut(out);
        System.setErr(err);
        System.setIn(in);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version", "serve --server=core --port=0", "doctor --help"})
    void itEndsWithCodeOneAndSaysWhy(String commandLine) {
        assertThat(AcceptorBench.run(commandLine.split(" ", -1))).isEqualTo(1);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("cannot write to standard output");
    }
}
