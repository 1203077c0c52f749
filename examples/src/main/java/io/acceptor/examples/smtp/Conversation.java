package io.acceptor.examples.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Locale;

/** A client's conversation after the greeting: enough of RFC 5321 to be sent a mail, which is counted and thrown away. */
final class Conversation {
    /** A server should wait so long for a command, in milliseconds (RFC 5321, 4.5.3.2.7). */
    private static final int PATIENCE = 300_000;
    /** No line of a mail is longer, its end included (RFC 5321, 4.5.3.1.6). */
    private static final int LONGEST_LINE = 1000;

    private final InputStream input;
    private final OutputStream output;

    private Conversation(InputStream input, OutputStream output) {
        this.input = new BufferedInputStream(input);
        this.output = output;
    }

    /** Talks until the client is done or gone, and closes. */
    static void with(Socket client) {
        try (client) {
            client.setSoTimeout(PATIENCE);
            new Conversation(client.getInputStream(), client.getOutputStream()).run();
        } catch (IOException gone) {
            // A client that leaves, says nothing for minutes or sends no lines: not worth a word.
        }
    }

    private void run() throws IOException {
        String command = command();
        while (!command.equals("QUIT")) {
            switch (command) {
                case "HELO", "EHLO" -> say("250 mail.example.org");
                case "MAIL", "RCPT", "RSET", "NOOP" -> say("250 2.0.0 Ok");
                case "DATA" -> {
                    say("354 End with a dot on a line of its own");
                    say("250 2.0.0 Thrown away: " + linesOfMail() + " lines");
                }
                default -> say("502 5.5.1 Not known here");
            }
            command = command();
        }
        say("221 2.0.0 Bye");
    }

    private String command() throws IOException {
        return line().split(" ", 2)[0].toUpperCase(Locale.ROOT);
    }

    private int linesOfMail() throws IOException {
        int lines = 0;
        while (!line().equals(".")) {
            lines++;
        }
        return lines;
    }

    /** The next line, without its end. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0 || line.length() == LONGEST_LINE) {
                throw new EOFException("no more lines");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    private void say(String text) throws IOException {
        output.write((text + "\r\n").getBytes(ISO_8859_1));
    }
}
