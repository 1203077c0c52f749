/**
 * The measuring instrument: floods of connect-and-reset probes, clients that must be greeted meanwhile, and servers under
 * test in processes of their own. It never measures anything but loopback.
 */
@NullMarked
package io.acceptor.bench;

import org.jspecify.annotations.NullMarked;
