package io.acceptor.it;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * What the library logs of one server while this is open, and nowhere else. Others may run in this JVM, or may have left
 * something behind that is found only now.
 */
public final class CapturedLog implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.acceptor");
    private final Level levelBefore = logger.getLevel();
    private final boolean additiveBefore = logger.isAdditive();
    private final List<ILoggingEvent> events = new ArrayList<>(); // guarded by this
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            onEvent.accept(event);
        }
    };
    private final Consumer<ILoggingEvent> onEvent;

    /** Keeps what is logged at this level or above of the servers with these names. */
    public CapturedLog(Level level, String... servers) {
        this.onEvent = event -> {
            if (Stream.of(servers).anyMatch(event.getFormattedMessage()::contains)) {
                keep(event);
            }
        };
        begin(level);
    }

    /** Gives what is logged to an appender of the test's. */
    public CapturedLog(Level level, Consumer<ILoggingEvent> onEvent) {
        this.onEvent = onEvent;
        begin(level);
    }

    private void begin(Level level) {
        appender.start();
        logger.setLevel(level);
        logger.setAdditive(false);
        logger.addAppender(appender);
    }

    private synchronized void keep(ILoggingEvent event) {
        events.add(event);
    }

    /** The lines at this level or above, as {@code LEVEL message}, with the exception's text if there is one. */
    public synchronized List<String> lines(Level atLeast) {
        return events.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(atLeast))
                .map(event -> event.getLevel() + " " + event.getFormattedMessage()
                        + (event.getThrowableProxy() == null
                                ? ""
                                : " " + event.getThrowableProxy().getClassName() + ": "
                                        + event.getThrowableProxy().getMessage()))
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        appender.stop();
        logger.setLevel(levelBefore);
        logger.setAdditive(additiveBefore);
    }
}
