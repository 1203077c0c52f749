package io.acceptor.agent;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/**
 * Writes what the agent and the library in it have to say to standard error, a line each: {@code acceptor-agent: INFO …}.
 * Thread-safe.
 */
public final class StandardErrorLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private static volatile boolean debugShown; // written once, before the program starts

    /** Made by {@link org.slf4j.LoggerFactory}. */
    public StandardErrorLogger() {
        name = "acceptor-agent";
    }

    static void showDebug() {
        debugShown = true;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable throwable) {
        System.err.println(name + ": " + level + " " + MessageFormatter.basicArrayFormat(pattern, arguments));
        if (throwable != null) {
            throwable.printStackTrace();
        }
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    public boolean isTraceEnabled() {
        return false;
    }

    @Override
    public boolean isDebugEnabled() {
        return debugShown;
    }

    @Override
    public boolean isInfoEnabled() {
        return true;
    }

    @Override
    public boolean isWarnEnabled() {
        return true;
    }

    @Override
    public boolean isErrorEnabled() {
        return true;
    }
}
