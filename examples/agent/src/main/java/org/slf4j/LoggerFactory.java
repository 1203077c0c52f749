package org.slf4j;

import io.acceptor.agent.StandardErrorLogger;
import org.jspecify.annotations.NullMarked;

/**
 * In place of SLF4J's own in the agent's jar, where all of SLF4J has another name: that one looks for providers on the class path
 * of the program and obeys its system properties. Thread-safe.
 */
@NullMarked
public final class LoggerFactory {
    private static final Logger LOGGER = new StandardErrorLogger();

    private LoggerFactory() {}

    /**
     * The one logger.
     *
     * @param name of no consequence
     * @return the same at every call
     */
    public static Logger getLogger(String name) {
        return LOGGER;
    }

    /**
     * The one logger.
     *
     * @param type of no consequence
     * @return the same at every call
     */
    public static Logger getLogger(Class<?> type) {
        return LOGGER;
    }

    /**
     * A factory that has one logger.
     *
     * @return gives the same logger for every name
     */
    public static ILoggerFactory getILoggerFactory() {
        return LoggerFactory::getLogger;
    }
}
