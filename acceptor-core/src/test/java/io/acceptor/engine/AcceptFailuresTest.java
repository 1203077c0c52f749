package io.acceptor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.acceptor.AcceptorListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which failures of accept are told, and as what. */
class AcceptFailuresTest {
    private final IOException cause = new IOException("on purpose");

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final AcceptorContext context =
            new AcceptorContext(settings(told), new InetSocketAddress(InetAddress.getLoopbackAddress(), 1), 128, 1);
    private final AcceptFailures failures = context.newFailures(false);

    private static Settings settings(List<String> told) {
        Settings.Draft draft = Settings.Draft.withDefaults();
        draft.listener(new AcceptorListener() {
            @Override
            public void onAcceptFailure(String kind, Throwable cause) {
                told.add(kind);
            }
        });
        return draft.freeze("failing", Duration.ofSeconds(1));
    }

    @BeforeEach
    void deliver() {
        context.events().start();
    }

    @AfterEach
    void stop() {
        context.events().close();
    }

    /** Events come in their order: when the last one is there, so are all before it. */
    private List<String> toldBeforeTheLast() {
        failures.failed(AcceptFailures.Kind.FATAL, cause);
        context.events().wake();
        await().until(() -> told.contains("fatal"));
        return told.subList(0, told.indexOf("fatal"));
    }

    @Test
    void oneThatPassedIsCountedAndNotTold() {
        failures.failed(AcceptFailures.Kind.TRANSIENT, cause);
        failures.accepted();
        assertThat(toldBeforeTheLast()).isEmpty();
        assertThat(context.stats().acceptErrors()).containsEntry("transient", 1L);
    }

    @Test
    void theSecondThatPassesIsTold() {
        failures.failed(AcceptFailures.Kind.TRANSIENT, cause);
        failures.accepted();
        failures.failed(AcceptFailures.Kind.TRANSIENT, cause);
        failures.failed(AcceptFailures.Kind.TRANSIENT, cause);
        assertThat(toldBeforeTheLast()).containsExactly("transient");
    }

    @Test
    void wantOfDescriptorsIsToldAsSuchEvenIfOneCameFreeWhenItWasLookedFor() {
        failures.failed(AcceptFailures.Kind.TRANSIENT, cause);
        failures.failed(AcceptFailures.Kind.EXHAUSTED, cause);
        failures.failed(AcceptFailures.Kind.EXHAUSTED, cause);
        assertThat(toldBeforeTheLast()).containsExactly("exhausted");
        assertThat(failures.exhausted()).isTrue();
    }

    @Test
    void whereTheKernelAcceptsAheadOnlyTheThirdInARowIsToldAndCounted() {
        AcceptFailures ring = context.newFailures(true);
        for (int i = 0; i < 10; i++) {
            ring.failed(AcceptFailures.Kind.EXHAUSTED, cause);
            ring.failed(AcceptFailures.Kind.TRANSIENT, cause);
            ring.accepted();
        }
        assertThat(ring.exhausted()).isFalse();
        assertThat(context.stats().acceptErrors().values()).containsOnly(0L);
        ring.failed(AcceptFailures.Kind.EXHAUSTED, cause);
        ring.failed(AcceptFailures.Kind.EXHAUSTED, cause);
        ring.failed(AcceptFailures.Kind.EXHAUSTED, cause);
        assertThat(ring.exhausted()).isTrue();
        assertThat(context.stats().acceptErrors()).containsEntry("exhausted", 1L);
        assertThat(toldBeforeTheLast()).containsExactly("exhausted");
    }

    @Test
    void wantOfDescriptorsIsToldAtOnce() {
        failures.failed(AcceptFailures.Kind.EXHAUSTED, cause);
        assertThat(toldBeforeTheLast()).containsExactly("exhausted");
    }
}
