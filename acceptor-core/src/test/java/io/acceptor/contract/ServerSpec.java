package io.acceptor.contract;

import io.acceptor.AcceptorBuilder;
import io.acceptor.AcceptorListener;
import io.acceptor.Greeting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** What a test wants to be started: a behaviour, and settings that differ from the defaults. Immutable. */
public final class ServerSpec {
    private final Behaviour behaviour;
    private final List<Consumer<AcceptorBuilder<?>>> settings;
    private final Optional<Executor> executor;
    private final Optional<Duration> handoffTimeout;
    private final OptionalInt maxPending;

    private ServerSpec(
            Behaviour behaviour,
            List<Consumer<AcceptorBuilder<?>>> settings,
            Optional<Executor> executor,
            Optional<Duration> handoffTimeout,
            OptionalInt maxPending) {
        this.behaviour = behaviour;
        this.settings = settings;
        this.executor = executor;
        this.handoffTimeout = handoffTimeout;
        this.maxPending = maxPending;
    }

    /** A server that does this with its clients. */
    public static ServerSpec doing(Behaviour behaviour) {
        return new ServerSpec(behaviour, List.of(), Optional.empty(), Optional.empty(), OptionalInt.empty());
    }

    /** With one more setting. */
    public ServerSpec with(Consumer<AcceptorBuilder<?>> setting) {
        List<Consumer<AcceptorBuilder<?>>> more = new ArrayList<>(settings);
        more.add(setting);
        return new ServerSpec(behaviour, List.copyOf(more), executor, handoffTimeout, maxPending);
    }

    /** Greeting everyone with this text. */
    public ServerSpec greeting(String text) {
        return with(builder -> builder.greeting(Greeting.of(text, StandardCharsets.US_ASCII)));
    }

    /** Telling this listener. */
    public ServerSpec listener(AcceptorListener listener) {
        return with(builder -> builder.listener(listener));
    }

    /** Running its behaviour here. */
    public ServerSpec executor(Executor chosen) {
        return new ServerSpec(behaviour, settings, Optional.of(chosen), handoffTimeout, maxPending);
    }

    /** Refusing connections that no worker takes for this long. */
    public ServerSpec handoffTimeout(Duration timeout) {
        return new ServerSpec(behaviour, settings, executor, Optional.of(timeout), maxPending);
    }

    /** Letting this many wait for a worker. */
    public ServerSpec maxPending(int max) {
        return new ServerSpec(behaviour, settings, executor, handoffTimeout, OptionalInt.of(max));
    }

    /** For engines: what to do with clients. */
    public Behaviour behaviour() {
        return behaviour;
    }

    /** For engines: tells a builder all settings. */
    public void applyTo(AcceptorBuilder<?> builder) {
        settings.forEach(setting -> setting.accept(builder));
    }

    /** For engines that hand connections to an executor: whose. */
    public Optional<Executor> executor() {
        return executor;
    }

    /** For engines that hand connections to an executor: how long they may wait for a worker. */
    public Optional<Duration> handoffTimeout() {
        return handoffTimeout;
    }

    /** For engines that hand connections to an executor: how many may wait for a worker. */
    public OptionalInt maxPending() {
        return maxPending;
    }
}
