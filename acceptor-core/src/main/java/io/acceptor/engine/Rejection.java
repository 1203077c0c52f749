package io.acceptor.engine;

import io.acceptor.Refusal;
import io.acceptor.RejectReason;

/**
 * A connection that is not admitted.
 *
 * @param reason why
 * @param refusal what the client sees
 */
public record Rejection(RejectReason reason, Refusal refusal) {}
