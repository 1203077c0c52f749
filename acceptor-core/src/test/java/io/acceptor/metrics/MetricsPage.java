package io.acceptor.metrics;

import io.acceptor.Outcome;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes {@code docs/metrics.md}: the catalogue as a table, between words that are kept here. */
final class MetricsPage {
    static final String REGENERATE = "mvn -pl acceptor-core test -Dtest=MetricsPageTest -Dmetrics.page=write";

    private static final String INTRO = """
            # Metrics

            <!-- Generated from AcceptorMeter by MetricsPage (tests of acceptor-core): change it there, then run
                 %s -->

            Nothing is measured into a registry until you bind one. Any number of registries will do, composites too:

            ```java
            acceptor.metrics().bindTo(registry);
            ```

            The meters leave the registry when the acceptor closes. Each has the tag `listener`: the name given with
            `name(...)`, by default the address listened on. Give one when the port is chosen by the system, or every start
            makes new time series; two open acceptors in one registry need different ones. No tag holds anything a client
            can choose, so an acceptor has a fixed number of time series.

            Counters are at most 10 ms old. `acceptor.queue.depth`, `.limit` and `.depth.peak` are the sampler's last look (25 ms
            ago, up to 1 s while the queue rests empty). `acceptor.queue.ghosts` and `.oldest` are looked for about once a second
            while the queue is not empty, less often where that is expensive. `acceptor.loop.busy` is the last second's. A timer has
            what was recorded since the registry was bound.

            """;

    private static final String NAMES = """

            ## Names in Prometheus

            Dots become underscores. The unit is appended unless the name ends with it, then `_total` for a counter:
            `acceptor.accepted` is `acceptor_accepted_connections_total`, `acceptor.connections` is
            `acceptor_connections_total`, `acceptor.queue.depth` is `acceptor_queue_depth_connections`. A timer is three
            series, in seconds: `acceptor_greeting_seconds_count`, `acceptor_greeting_seconds_sum` and
            `acceptor_greeting_seconds_max`. Other registries have rules of their own, and may count time in milliseconds.

            %s
            A configuration for Prometheus, alert rules with their tests and a Grafana dashboard are in
            [examples/observability](../examples/observability).

            The timers have no percentiles unless you ask for them, because those cost memory and time on the accept loop:

            ```java
            import io.micrometer.core.instrument.config.MeterFilter;
            import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;

            registry.config().meterFilter(new MeterFilter() {
                @Override
                public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                    return id.getName().equals("acceptor.greeting")
                            ? DistributionStatisticConfig.builder().percentiles(0.5, 0.99).build().merge(config)
                            : config;
                }
            });
            ```

            Set filters before binding. One that drops the tag `listener` leaves room for a single acceptor in the registry.
            Where registries are composed, bind to the outermost.

            ## What to alert on

            | alert | why |
            |---|---|
            | `acceptor_queue_depth_connections > 0.5 * acceptor_queue_limit_connections` for a minute | \
            connections come faster than they are accepted, or nobody accepts; \
            when the queue is full, new clients cannot connect |
            | `acceptor_queue_ghosts_connections > 0` for a minute | \
            probes are being reset while they wait: nobody accepts, or too slowly |
            | `increase(acceptor_stalls_total[5m]) > 0` | \
            something blocks the accept loop, or the application no longer takes connections; \
            the log has the stack |
            | `increase(acceptor_accept_errors_total{reason="exhausted"}[5m]) > 0` | \
            out of descriptors: clients are being refused (`reason="memory"`: of heap) |
            | `increase(acceptor_accept_errors_total{reason="fatal"}[5m]) > 0` | the listener is gone |
            | `absent(acceptor_accepted_connections_total{listener="smtp"})` | \
            the acceptor is closed, or its process is down |
            | `increase(acceptor_rejections_total{reason!="draining"}[5m]) > 0` | \
            a limit is reached; which one, and whether that is bad, says `reason` |
            | `acceptor_loop_busy_ratio > 0.8` for some minutes | the loop is near its limit |
            | `increase(acceptor_events_dropped_events_total[5m]) > 0` | \
            a listener or the log cannot keep up: what they tell has gaps |
            | `increase(acceptor_listen_overflows_total[1m]) > 0 and \
            acceptor_queue_depth_peak_connections > acceptor_queue_limit_connections` | \
            clients were turned away, and this queue was full |

            Do **not** alert on the probe-like outcomes (marked below): that is what a load balancer's health checks look like.
            Their *absence* can tell that it no longer probes. `acceptor.queue.depth.peak` is for graphs: it shows bursts
            that fall between two scrapes.

            `acceptor.listen.overflows` and `acceptor.listen.drops` are **not this listener's**: the kernel counts them for
            the whole network namespace, other processes included. Every acceptor in it shows the same rise, so do not add them
            up over listeners or processes; and only together with its own depth does a rise tell that this queue overflowed.
            A client that tries again is counted again.

            The queue's numbers are NaN where the kernel does not tell them (anything but Linux). No comparison with NaN holds
            but `!=`, so the first alert is silent then. The two listen counters are not registered there: a counter cannot be
            NaN, and 0 would say that nothing was turned away.

            ## With JNA and without

            The kernel is asked by `sock_diag`, as `ss` does it, if `net.java.dev.jna:jna` is on the class path. The library
            does not bring it along. Without it, or where it does not work (no native code for the platform, a temporary
            directory that may not be executed from, a sandbox that forbids netlink, a 32-bit JVM), `/proc/self/net/tcp` and `tcp6`
            are read, and nothing is logged. From JDK 24 on the JVM wants to be told that native code is allowed, or it prints a
            warning: so JNA is left alone there unless the command line has `--enable-native-access=ALL-UNNAMED` (or names
            `com.sun.jna`, if JNA is a module). `acceptor.queue().source()` says which it is;
            `-Dio.acceptor.queue.source=proc` leaves netlink alone in any case.

            Listeners of `acceptor-netty` on epoll and io_uring tell depth, limit and waits themselves, by TCP_INFO (`source()` is `tcp_info`),
            with JNA or without. Who waits in the queue is listed by the kernel all the same.

            Without `sock_diag`, `acceptor.queue.wait` stays without samples elsewhere, and `acceptor.queue.oldest` is NaN while the queue
            is not empty; everything else is the same, at a higher price.

            Reset connections are looked for in vain once they are accepted, so `acceptor.queue.wait` is of those that lived.
            Milliseconds are the kernel's here, by a clock that ticks every 1 to 10 ms.
            """;

    private MetricsPage() {}

    /** The whole page. */
    static String text() {
        StringBuilder page = new StringBuilder(8_192).append(INTRO.formatted(REGENERATE));
        page.append("## Meters\n\n| meter | type | unit | tags | meaning |\n|---|---|---|---|---|\n");
        for (AcceptorMeter meter : AcceptorMeter.values()) {
            page.append(row(meter));
        }
        page.append(NAMES.replace("%s\n", seriesTable())).append("\n## Values of the tags\n");
        for (AcceptorMeter meter : AcceptorMeter.values()) {
            if (!meter.tagValues().isEmpty()) {
                page.append(tagValues(meter));
            }
        }
        return page.toString();
    }

    /** Where it belongs: beside the module that the tests run in. */
    static Path file() {
        return Path.of(System.getProperty("basedir", "."))
                .resolve("../docs/metrics.md")
                .normalize();
    }

    private static String row(AcceptorMeter meter) {
        return "| `%s` | %s | %s | %s | %s |\n"
                .formatted(
                        meter.meterName(),
                        meter.type().name().toLowerCase(Locale.ROOT),
                        meter.baseUnit(),
                        meter.tagKeys().stream().map(MetricsPage::code).collect(Collectors.joining(", ")),
                        meter.description());
    }

    private static String seriesTable() {
        StringBuilder table = new StringBuilder("| meter | in Prometheus |\n|---|---|\n");
        for (AcceptorMeter meter : AcceptorMeter.values()) {
            table.append("| %s | %s |\n"
                    .formatted(
                            code(meter.meterName()),
                            series(meter).stream().map(MetricsPage::code).collect(Collectors.joining(", "))));
        }
        return table.append('\n').toString();
    }

    /** The rule that the page states in words; the example {@code observability} is tested against a real Prometheus. */
    private static List<String> series(AcceptorMeter meter) {
        String dotless = meter.meterName().replace('.', '_');
        String name = dotless.endsWith(meter.baseUnit()) ? dotless : dotless + "_" + meter.baseUnit();
        return switch (meter.type()) {
            case COUNTER -> List.of(name + "_total");
            case TIMER -> List.of(name + "_count", name + "_sum", name + "_max");
            default -> List.of(name);
        };
    }

    private static String tagValues(AcceptorMeter meter) {
        String values = meter.tagValues().stream()
                .map(value -> code(value) + (isProbeLike(meter, value) ? " (probe-like)" : ""))
                .collect(Collectors.joining(", "));
        return "\n`%s` of `%s`: %s.\n".formatted(meter.tagKeys().get(1), meter.meterName(), values);
    }

    private static boolean isProbeLike(AcceptorMeter meter, String value) {
        return meter == AcceptorMeter.CONNECTIONS
                && Arrays.stream(Outcome.values())
                        .anyMatch(outcome -> outcome.isProbeLike()
                                && outcome.name().toLowerCase(Locale.ROOT).equals(value));
    }

    private static String code(String text) {
        return "`" + text + "`";
    }
}
