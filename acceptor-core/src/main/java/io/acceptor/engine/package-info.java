/**
 * What the engines of this library share, written once: settings, admission, permits, outcomes, accept failures, drain,
 * watchdog. For acceptor-core and acceptor-netty only; it is no API and may change in any release.
 */
@NullMarked
package io.acceptor.engine;

import org.jspecify.annotations.NullMarked;
