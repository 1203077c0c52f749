package io.acceptor;

import java.util.Objects;

/** What an {@link AdmissionPolicy} decided: {@link #admit()} or {@link #reject(Refusal)}. Immutable. */
public sealed interface Admission {

    /** The client may stay. */
    record Admit() implements Admission {
        private static final Admit INSTANCE = new Admit();
    }

    /**
     * The client may not stay.
     *
     * @param refusal what it gets to see; not {@link Refusal#leaveInBacklog()}, since it was accepted already
     */
    record Reject(Refusal refusal) implements Admission {
        /**
         * Checks the refusal.
         *
         * @throws IllegalArgumentException for {@link Refusal#leaveInBacklog()}
         */
        public Reject {
            Objects.requireNonNull(refusal, "refusal");
            if (refusal.leavesInBacklog()) {
                throw new IllegalArgumentException(
                        "a policy decides about an accepted connection and cannot leave it in the backlog: " + refusal);
            }
        }
    }

    /**
     * Lets the client in.
     *
     * @return the decision
     */
    static Admission admit() {
        return Admit.INSTANCE;
    }

    /**
     * Turns the client away.
     *
     * @param refusal what it gets to see
     * @return the decision
     * @throws IllegalArgumentException for {@link Refusal#leaveInBacklog()}
     */
    static Admission reject(Refusal refusal) {
        return new Reject(refusal);
    }
}
