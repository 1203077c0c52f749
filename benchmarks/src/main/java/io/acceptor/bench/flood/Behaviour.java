package io.acceptor.bench.flood;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/** Kinds of visitors, good and bad, by the names that the command line uses. */
public enum Behaviour {
    RESET("connect and reset at once", times -> Script.reset()),
    RESET_AFTER("connect, reset after -D", times -> Script.reset(Step.pause(times.delay))),
    RESET_GREETED("wait for the greeting, then reset", times -> Script.reset(Step.greeting(times.timeout))),
    FIN("connect and close at once", times -> Script.close()),
    FIN_AFTER("connect, close after -D", times -> Script.close(Step.pause(times.delay))),
    HALF_CLOSE("close its own side, read to the end", times -> Script.close(Step.halfClose(), Step.end(times.timeout))),
    HOLD("stay for --hold, say nothing", times -> Script.close(Step.pause(times.hold))),
    DEAF("stay for --hold, never read", times -> Script.deaf(Step.pause(times.hold))),
    PARTIAL("say \"GE\", then nothing for --hold", times -> Script.close(Step.send("GE"), Step.pause(times.hold))),
    PROXY_LOCAL(
            "a balancer's own check: PROXY v2 LOCAL, reset after -D",
            times -> Script.reset(Step.send(Text.PROXY_LOCAL), Step.pause(times.delay))),
    SESSION(
            "be greeted, say a line, stay for -D, close",
            times -> Script.close(Step.greeting(times.timeout), Step.send(Text.LINE), Step.pause(times.delay)));

    /** What visitors say. */
    private static final class Text {
        /** PROXY protocol version 2: the signature, 0x20 (version 2, command LOCAL), no family, no addresses. */
        private static final String PROXY_LOCAL = "\r\n\r\n\0\r\nQUIT\n" + " " + "\0\0\0";

        private static final String LINE = "hello\r\n";

        private Text() {}
    }

    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // The lambdas above have no state.
    private final Function<Times, Script> script;

    /**
     * What the scripts depend on.
     *
     * @param delay before the end
     * @param hold how long those stay who stay
     * @param timeout to be connected, and to be greeted
     * @param greetingLength how much of the server's words is its greeting, in bytes
     */
    public record Times(Duration delay, Duration hold, Duration timeout, int greetingLength) {
        /** The same for a server with another greeting. */
        Times withGreeting(int bytes) {
            return new Times(delay, hold, timeout, bytes);
        }
    }

    Behaviour(String meaning, Function<Times, Script> script) {
        this.meaning = meaning;
        this.script = script;
    }

    /** As the command line has it. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String meaning() {
        return meaning;
    }

    Script script(Times times) {
        return script.apply(times);
    }
}
