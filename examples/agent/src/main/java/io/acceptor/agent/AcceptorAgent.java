package io.acceptor.agent;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entry point of {@code -javaagent:acceptor-agent.jar[=OPTIONS]}.
 *
 * <p>Options that cannot be understood end the JVM with one line and exit code 1. Whatever else fails, the program runs as it
 * would have without the agent, and a line says why.
 */
public final class AcceptorAgent {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptorAgent.class);

    private AcceptorAgent() {}

    /**
     * Called by the JVM before the program's {@code main}.
     *
     * @param options what follows the {@code =}; null if nothing does
     * @param instrumentation the JVM's
     */
    public static void premain(@Nullable String options, Instrumentation instrumentation) {
        AgentOptions parsed;
        try {
            parsed = AgentOptions.parse(options == null ? "" : options);
        } catch (IllegalArgumentException | IllegalStateException wrong) {
            System.err.println("acceptor-agent: " + wrong.getMessage());
            System.exit(1);
            return;
        }
        try {
            start(parsed, instrumentation);
        } catch (Throwable t) {
            LOG.error("not active, the program runs without: {}", t.toString());
        }
    }

    private static void start(AgentOptions options, Instrumentation instrumentation) {
        if (options.debug()) {
            StandardErrorLogger.showDebug();
        }
        SocketGuard.install(new SocketGuard(options, metrics(options)));
        CallSiteTransformer transformer = new CallSiteTransformer(instrumentation);
        instrumentation.addTransformer(transformer, true);
        WarmUp.start();
        retransformLoaded(transformer, instrumentation);
    }

    private static @Nullable MetricsEndpoint metrics(AgentOptions options) {
        try {
            return options.hasMetrics() ? MetricsEndpoint.start(options.metricsPort()) : null;
        } catch (IOException | LinkageError | RuntimeException e) {
            LOG.error("no metrics: {}", e.toString());
            return null;
        }
    }

    /** Classes that were loaded before, as another agent's are. */
    private static void retransformLoaded(CallSiteTransformer transformer, Instrumentation instrumentation) {
        for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
            try {
                if (transformer.mayHaveCallSites(loaded)) {
                    instrumentation.retransformClasses(loaded);
                }
            } catch (Throwable t) {
                LOG.warn("left {} alone, which was loaded before: {}", loaded.getName(), t.toString());
            }
        }
    }
}
