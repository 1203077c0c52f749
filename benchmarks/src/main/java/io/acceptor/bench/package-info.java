/**
 * The measuring instrument: floods of connect-and-reset probes, clients that must be greeted meanwhile, and servers under
 * test in processes of their own. It never measures anything but loopback.
 *
 * <p>Here are the commands together; each package below uses only those after it: compare; cost and jmh; serve; flood; victims;
 * measure; peers. The doctor stands beside them.
 */
@NullMarked
package io.acceptor.bench;

import org.jspecify.annotations.NullMarked;
