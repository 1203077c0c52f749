package io.acceptor.examples.incident;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a server says about itself: numbers by name, see {@link Program#books}. */
record Books(Map<String, Long> numbers) {
    static final String OUTCOME = "outcome.";
    static final String REASON = "reason.";

    static Books parse(String text) {
        return new Books(Arrays.stream(text.split(" ", -1))
                .map(entry -> entry.split("=", 2))
                .collect(
                        Collectors.toMap(entry -> entry[0], entry -> Long.valueOf(entry[1]), Long::sum, TreeMap::new)));
    }

    /** Connections that its loop took with accept(). */
    long taken() {
        return number("taken");
    }

    /** Connections whose greeting the loop wrote. */
    long greeted() {
        return number("greeted");
    }

    /** Connections whose greeting failed in the loop. */
    long deadAtWrite() {
        return number("deadAtWrite");
    }

    /** How often a greeting failed in the loop, all retries counted. */
    long failedWrites() {
        return number("failedWrites");
    }

    /** Clients that said something and were answered. */
    long spoken() {
        return number("spoken");
    }

    /** Connections the library took from the kernel. */
    long accepted() {
        return number("accepted");
    }

    /** Connections the library is done with. */
    long ended() {
        return number("ended");
    }

    /** Connections that ended as probes do. */
    long probeLike() {
        return number("probeLike");
    }

    /** The outcomes that occurred, in words. */
    String outcomes() {
        return words(OUTCOME);
    }

    /** The reasons of rejections that occurred, in words. */
    String rejections() {
        return words(REASON);
    }

    private String words(String prefix) {
        return numbers.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix) && entry.getValue() > 0)
                .map(entry -> entry.getKey().substring(prefix.length()) + " " + Page.grouped(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private long number(String name) {
        return numbers.getOrDefault(name, 0L);
    }
}
