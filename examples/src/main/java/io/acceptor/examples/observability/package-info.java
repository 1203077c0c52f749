/**
 * A server and its meters, scraped by Prometheus. Alert rules, a Grafana dashboard and a scrape configuration are in
 * {@code examples/observability}.
 */
@NullMarked
package io.acceptor.examples.observability;

import org.jspecify.annotations.NullMarked;
