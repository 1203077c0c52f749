/** What all the others measure with: processor time, the machine and its queues, schedules and how well they are kept, counts, tables. */
@NullMarked
package io.acceptor.bench.measure;

import org.jspecify.annotations.NullMarked;
