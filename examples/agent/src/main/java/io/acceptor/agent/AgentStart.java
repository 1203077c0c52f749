package io.acceptor.agent;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts of the agent together, before the program starts. */
final class AgentStart {
    private static final Logger LOG = LoggerFactory.getLogger(AgentStart.class);

    private AgentStart() {}

    /** Gives what is wrong with the options, or null. */
    static @Nullable String start(String text, Instrumentation instrumentation) {
        AgentOptions options;
        try {
            options = AgentOptions.parse(text);
        } catch (IllegalArgumentException | IllegalStateException wrong) {
            return String.valueOf(wrong.getMessage());
        }
        if (options.debug()) {
            StandardErrorLogger.showDebug();
        }
        if (SecurityPermissions.areChecked()) {
            LOG.warn("not active, the program runs without: there is a SecurityManager");
            return null;
        }
        SocketGuard.install(new SocketGuard(options, metrics(options)));
        CallSiteTransformer transformer = new CallSiteTransformer(instrumentation);
        instrumentation.addTransformer(transformer, true);
        retransformLoaded(transformer, instrumentation);
        return null;
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
