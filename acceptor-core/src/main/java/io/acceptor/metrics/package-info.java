/**
 * An acceptor's numbers as Micrometer meters.
 *
 * <pre>
 * acceptor: books, queue, loops &lt;-asked when scraped- AcceptorMetrics -bindTo-&gt; MeterRegistry -&gt; Prometheus, ...
 *                                                           |
 *                           AcceptorMeter: names, units, tags and meanings
 * </pre>
 *
 * <p>{@link io.acceptor.metrics.AcceptorMeter} is the catalogue: what there is, and what it means.
 * {@link io.acceptor.metrics.AcceptorMetrics} binds it to a registry and takes it away when the acceptor closes.
 */
@NullMarked
package io.acceptor.metrics;

import org.jspecify.annotations.NullMarked;
