/**
 * The command {@code doctor}: what is wrong with a listening port of this machine, judged by its accept queue from outside.
 *
 * <p>{@link io.acceptor.bench.doctor.Look looks} are taken for a few seconds and summed up in an {@link
 * io.acceptor.bench.doctor.Observation}; {@link io.acceptor.bench.doctor.Diagnosis} makes a {@link
 * io.acceptor.bench.doctor.Verdict} of it. Needs the library, picocli and Gson, and nothing else of this module, so that the
 * examples can use it without the rest.
 */
@NullMarked
package io.acceptor.bench.doctor;

import org.jspecify.annotations.NullMarked;
