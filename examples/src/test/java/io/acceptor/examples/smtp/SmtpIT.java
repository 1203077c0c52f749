package io.acceptor.examples.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.examples.Child;
import io.acceptor.it.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each loop with probes, and with clients that others have written. */
@Timeout(120)
final class SmtpIT {
    /** What curl says when a server does not let it in. */
    private static final int WEIRD_SERVER_REPLY = 8;

    private static final Pattern PREGREET = Pattern.compile("(PREGREET) from 127\\.0\\.0\\.1");

    private Child example;

    @TempDir
    private Path directory;

    private void start(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("smtp", "--port=0"));
        all.addAll(List.of(options));
        example = Child.example(all.toArray(new String[0]));
    }

    @AfterEach
    void stop() {
        if (example != null) {
            example.close();
        }
    }

    @Test
    void oldLoopIsLostToProbes() throws Exception {
        start("--loop=old");
        assertThat(sendMail()).isZero();

        Peers.probe(example.port(), 50, 1);

        example.find(Pattern.compile("(the accept loop has ended)"));
        try (Peers.Client client = Peers.connect(example.port())) {
            assertThat(client.hearsNothingFor(500))
                    .as("connected, and nobody there")
                    .isTrue();
        }
    }

    @Test
    void newLoopTakesMailUnderProbes() throws Exception {
        start("--loop=new");
        try (Peers.Rain rain = Peers.rain(example.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(sendMail()).as("%s", example).isZero();
            }
            assertThat(rain.stop()).isPositive();
        }
    }

    @Test
    void ncatIsGreetedAndBidFarewell() throws Exception {
        start("--loop=new");
        assertThat(Child.ncat(example.port(), "QUIT")).containsExactly("220 mail.example.org ESMTP", "221 2.0.0 Bye");
    }

    @Test
    void oneTooManyIsTold421() throws Exception {
        start("--loop=new", "--max-clients=1");
        try (Peers.Client first = Peers.connect(example.port())) {
            assertThat(first.hear(4)).isEqualTo("220 ");
            assertThat(Child.ncat(example.port(), "QUIT"))
                    .containsExactly("421 4.7.0 mail.example.org: too many connections");
            assertThat(sendMail()).isEqualTo(WEIRD_SERVER_REPLY);
        }
        await().untilAsserted(() -> assertThat(sendMail()).isZero());
    }

    @Test
    void screenTurnsAwayWhoSpeaksFirst() throws Exception {
        start("--loop=screen");
        assertThat(Child.ncat(example.port(), "EHLO spam.example.org"))
                .containsExactly(
                        "220-mail.example.org is looking at you",
                        "554 5.5.1 mail.example.org: you spoke before your turn");
        assertThat(example.find(PREGREET)).isEqualTo("PREGREET");
    }

    @Test
    void screenTakesMailFromWhoWaits() throws Exception {
        start("--loop=screen");
        assertThat(sendMail()).as("%s", example).isZero();
        assertThat(example.lines()).noneMatch(line -> line.contains("PREGREET") || line.contains("HANGUP"));
    }

    @Test
    void screenCountsHangUps() throws Exception {
        start("--loop=screen");
        Peers.probe(example.port(), 7, 1);
        await().untilAsserted(() -> assertThat(example.lines())
                .filteredOn(line -> line.equals("HANGUP from 127.0.0.1"))
                .hasSize(7));
    }

    /** By curl; its exit code. */
    private int sendMail() throws Exception {
        Child.require("curl");
        Path mail = Files.writeString(directory.resolve("mail.txt"), "Subject: greetings\r\n\r\nHello.\r\n");
        try (Child curl = Child.start(List.of(
                "curl",
                "--silent",
                "--max-time",
                "20",
                "smtp://127.0.0.1:" + example.port(),
                "--mail-from",
                "me@example.org",
                "--mail-rcpt",
                "you@example.org",
                "--upload-file",
                mail.toString()))) {
            return curl.exitCode();
        }
    }
}
