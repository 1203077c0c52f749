package io.acceptor;

import java.util.Objects;

/**
 * The user's own say in who is admitted.
 *
 * <p>Runs on the accept loop, for clients that were alive when last looked at, after the built-in limits and before the
 * rate limiter. It must not block: look-ups belong into a cache beside it. If it throws, an Error included, or gives
 * null, the client is refused with reason {@link RejectReason#POLICY}. With {@code acceptors(n)} it runs on n threads.
 */
@FunctionalInterface
public interface AdmissionPolicy {

    /**
     * Decides about one client.
     *
     * @param peer the client
     * @return {@link Admission#admit()} or {@link Admission#reject(Refusal)}
     */
    Admission decide(Peer peer);

    /**
     * Both must admit; the first to reject decides.
     *
     * @param next asked only if this one admits
     * @return the two as one
     */
    default AdmissionPolicy and(AdmissionPolicy next) {
        Objects.requireNonNull(next, "next");
        return peer -> {
            Admission first = decide(peer);
            return first instanceof Admission.Admit ? next.decide(peer) : first;
        };
    }
}
