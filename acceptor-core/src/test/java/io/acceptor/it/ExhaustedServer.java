package io.acceptor.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.acceptor.Acceptor;
import io.acceptor.Greeting;
import io.acceptor.Refusal;
import io.acceptor.RejectReason;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What {@link ExhaustedDescriptorsIT} runs in a JVM of its own: an echo server that answers questions on its standard input,
 * one a line, with one line each. With the argument "reply" it has words for those it refuses.
 */
final class ExhaustedServer {
    static final String GREETING = "220 ready\r\n";

    static final String REPLY = "421 full\r\n";

    private ExhaustedServer() {}

    public static void main(String[] arguments) throws IOException {
        Acceptor.Builder builder = Acceptor.builder()
                .name("exhausted")
                .greeting(Greeting.of(GREETING, US_ASCII))
                .handler(connection -> connection.input().transferTo(connection.output()));
        if (List.of(arguments).contains("reply")) {
            builder.refusal(RejectReason.DESCRIPTORS, Refusal.reply(REPLY.getBytes(US_ASCII)));
        }
        try (Acceptor acceptor = builder.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, US_ASCII))) {
            for (String question : List.of("port", "health", "stats", "threads", "descriptors", "sockets")) {
                answer(acceptor, question); // what answering needs is loaded while there are descriptors
            }
            for (String question = questions.readLine(); question != null; question = questions.readLine()) {
                System.out.println(answer(acceptor, question));
            }
        }
    }

    private static String answer(Acceptor acceptor, String question) {
        switch (question.toLowerCase(Locale.ROOT)) {
            case "port":
                return String.valueOf(acceptor.localAddress().getPort());
            case "health":
                return acceptor.health().toString();
            case "stats":
                return acceptor.stats().toString();
            case "threads":
                return Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .collect(Collectors.toCollection(TreeSet::new))
                        .toString();
            case "descriptors":
                String[] open = new File("/proc/self/fd").list();
                return String.valueOf(open == null ? -1 : open.length - 1); // less the one that lists them
            case "sockets":
                return String.valueOf(Descriptors.open());
            default:
                return "?";
        }
    }
}
