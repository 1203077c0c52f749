/**
 * The incident, replayed: a server that greets inside its accept loop, a load balancer's probes, and what is left of
 * the server; then the same probes against this library.
 *
 * <p>{@link io.acceptor.examples.incident.Incident} runs it. Each server is a JVM of its own ({@link
 * io.acceptor.examples.incident.ServerProcess}), so that its descriptors, its log and its stack are its own.
 */
@NullMarked
package io.acceptor.examples.incident;

import org.jspecify.annotations.NullMarked;
