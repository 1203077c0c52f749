package io.acceptor.metrics;

import io.acceptor.Outcome;
import io.acceptor.RejectReason;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The tag a meter has beside the listener's name, with all values it can take. */
enum MeterTag {
    NONE("", List.of()),
    OUTCOME("outcome", lowerCase(Outcome.values())),
    REJECT_REASON("reason", lowerCase(RejectReason.values())),
    /** The values are the keys of {@link io.acceptor.AcceptorStats#acceptErrors()}. */
    ACCEPT_ERROR("reason", List.of("exhausted", "memory", "transient", "fatal"));

    private final String key;

    @SuppressWarnings("ImmutableEnumChecker") // both List.of() and Stream.toList() are unmodifiable
    private final List<String> tagValues;

    MeterTag(String key, List<String> tagValues) {
        this.key = key;
        this.tagValues = tagValues;
    }

    String key() {
        return key;
    }

    List<String> tagValues() {
        return tagValues;
    }

    static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static List<String> lowerCase(Enum<?>[] constants) {
        return Arrays.stream(constants).map(MeterTag::lowerCase).toList();
    }
}
