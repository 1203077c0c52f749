/** Benchmarks for JMH: {@code java -jar benchmarks/target/jmh.jar}. */
@NullMarked
package io.acceptor.bench.jmh;

import org.jspecify.annotations.NullMarked;
