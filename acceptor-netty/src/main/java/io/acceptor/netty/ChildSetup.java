package io.acceptor.netty;

/**
 * What each connection of an address gets. Immutable.
 *
 * @param options set when its channel is registered
 * @param end the handler behind the user's
 * @param proxy what its client must send first
 */
record ChildSetup(ChildOptions options, EndOfPipeline end, ProxyProtocol proxy) {}
