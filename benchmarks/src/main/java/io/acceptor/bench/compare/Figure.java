package io.acceptor.bench.compare;

/** What is measured of a server in a scenario. */
enum Figure {
    GREETED_PER_SECOND("greeted clients", "1/s", 0, Better.MORE),
    MICROS_PER_GREETED("server CPU per greeted client", "us", 1, Better.LESS),
    MICROS_PER_PROBE("server CPU per probe", "us", 1, Better.LESS),
    PROBES_PER_SECOND("probes sent", "1/s", 0, Better.NEITHER),
    SUCCESS("victims greeted", "%", 2, Better.MORE),
    P50("victims' p50", "ms", 2, Better.LESS),
    P99("victims' p99", "ms", 2, Better.LESS),
    P999("victims' p99.9", "ms", 2, Better.LESS),
    MAX("victims' max", "ms", 1, Better.LESS),
    LATENESS("victims started late, p99", "ms", 2, Better.NEITHER),
    PEAK_QUEUE("peak queue", "", 0, Better.LESS),
    PEAK_FDS("peak descriptors", "", 0, Better.LESS),
    PEAK_THREADS("peak threads", "", 0, Better.LESS),
    HEAP("heap after", "MiB", 0, Better.LESS),
    LOG_LINES("log lines per 1,000 probes", "", 2, Better.LESS),
    RECOVERY("recovery", "ms", 0, Better.LESS),
    OWN_MICROS("generator CPU per probe", "us", 1, Better.NEITHER),
    OTHERS("machine busy with others", "%", 0, Better.NEITHER);

    /** Which way is good. */
    enum Better {
        MORE,
        LESS,
        NEITHER
    }

    private final String label;
    private final String unit;
    private final int decimals;
    private final Better better;

    Figure(String label, String unit, int decimals, Better better) {
        this.label = label;
        this.unit = unit;
        this.decimals = decimals;
        this.better = better;
    }

    String label() {
        return label;
    }

    String unit() {
        return unit;
    }

    int decimals() {
        return decimals;
    }

    Better better() {
        return better;
    }
}
