package io.acceptor.agent;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/**
 * Entry point of {@code -javaagent:acceptor-agent.jar[=OPTIONS]}.
 *
 * <p>Options that cannot be understood end the JVM with one line and exit code 1. Whatever else fails, the program runs as it
 * would have without the agent, and a line says why. So this class needs no other to be loaded and verified.
 */
public final class AcceptorAgent {
    private AcceptorAgent() {}

    /**
     * Called by the JVM before the program's {@code main}.
     *
     * @param options what follows the {@code =}; null if nothing does
     * @param instrumentation the JVM's
     */
    public static void premain(@Nullable String options, Instrumentation instrumentation) {
        String wrong = null;
        try {
            wrong = AgentStart.start(options == null ? "" : options, instrumentation);
        } catch (Throwable t) {
            System.err.println("acceptor-agent: ERROR not active, the program runs without: " + t);
        }
        if (wrong != null) {
            System.err.println("acceptor-agent: " + wrong);
            System.exit(1);
        }
    }
}
