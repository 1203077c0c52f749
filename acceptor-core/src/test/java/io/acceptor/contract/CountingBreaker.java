package io.acceptor.contract;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** A circuit breaker that opens and closes often, and counts the permissions it gives and gets back. */
final class CountingBreaker {
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "hammer",
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(20)
                    .minimumNumberOfCalls(10)
                    .failureRateThreshold(60)
                    .permittedNumberOfCallsInHalfOpenState(3)
                    .waitDurationInOpenState(Duration.ofMillis(20))
                    .build());

    private final AtomicLong permitted = new AtomicLong();
    private final AtomicLong permittedToWorkers = new AtomicLong();
    private final AtomicLong released = new AtomicLong();
    private final AtomicLong successes = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();

    CircuitBreaker proxy() {
        return (CircuitBreaker) Proxy.newProxyInstance(
                CircuitBreaker.class.getClassLoader(), new Class<?>[] {CircuitBreaker.class}, this::call);
    }

    private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
        Object result;
        try {
            result = method.invoke(breaker, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        switch (method.getName()) {
            case "tryAcquirePermission" -> count((Boolean) result);
            case "acquirePermission" -> count(true);
            case "releasePermission" -> released.incrementAndGet();
            case "onSuccess" -> successes.incrementAndGet();
            case "onError" -> errors.incrementAndGet();
            default -> Thread.onSpinWait();
        }
        return result;
    }

    private void count(boolean given) {
        if (given) {
            permitted.incrementAndGet();
            if (isClaim()) { // else a loop only looks whether it is open
                permittedToWorkers.incrementAndGet();
            }
        }
    }

    private static boolean isClaim() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("claim")
                        && frame.getClassName().endsWith(".AdmissionControl")));
    }

    long permitted() {
        return permitted.get();
    }

    long permittedToWorkers() {
        return permittedToWorkers.get();
    }

    long returned() {
        return released.get() + successes.get() + errors.get();
    }

    long successes() {
        return successes.get();
    }

    long errors() {
        return errors.get();
    }
}
