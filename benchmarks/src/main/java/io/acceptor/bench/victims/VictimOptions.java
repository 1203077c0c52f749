package io.acceptor.bench.victims;

import io.acceptor.bench.measure.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The real clients beside a flood, whose fate is the verdict. */
public final class VictimOptions {
    private static final int MAX_RATE = 10_000;
    private static final int MAX_TIMEOUT = 60;

    @Option(
            names = "--victims",
            paramLabel = "N",
            description = "Real clients a second beside the flood, who must be greeted; 0 for none."
                    + " Default: ${DEFAULT-VALUE}.")
    private int perSecond = 50;

    @Option(
            names = "--victim-timeout",
            paramLabel = "SECONDS",
            description =
                    "How long each of them waits; the default lets SYNs be sent again three times, after about 1, 3"
                            + " and 7 s. Default: ${DEFAULT-VALUE}.")
    private int timeout = 10;

    @Option(
            names = "--greeting",
            paramLabel = "TEXT",
            description =
                    "What the server must say to each, byte for byte. Default: what it says to one client before the"
                            + " flood.")
    private @Nullable String greeting;

    public void check(Limits limits) {
        limits.between("--victims", 0, MAX_RATE, perSecond);
        limits.between("--victim-timeout", 1, MAX_TIMEOUT, timeout);
        if (greeting != null && greeting.isEmpty()) {
            throw limits.wrong("--greeting must have at least 1 character, had 0");
        }
    }

    public int perSecond() {
        return perSecond;
    }

    public Duration timeout() {
        return Duration.ofSeconds(timeout);
    }

    /** As told; null to be found out. UTF-8. */
    public byte @Nullable [] greeting() {
        return greeting == null ? null : greeting.getBytes(StandardCharsets.UTF_8);
    }
}
