package io.acceptor.examples.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.examples.incident.Client.Fate;
import io.acceptor.queue.AcceptQueueReading;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VerdictTest {
    private static final String LOST = "taken=4 greeted=3 deadAtWrite=1 failedWrites=500 spoken=1";
    private static final String WELL = "taken=10 spoken=10 accepted=1010 ended=1010";
    private static final AcceptQueueReading FULL = new AcceptQueueReading(51, 50);
    private static final AcceptQueueReading EMPTY = new AcceptQueueReading(0, 50);
    private static final Visit WAITING = new Visit(Fate.NEVER_HEARD_A_WORD, "ESTABLISHED", "ESTABLISHED");
    private static final Visit SHUT_OUT = new Visit(Fate.LOCKED_OUT, Netstat.NOTHING, "SYN_SENT");
    private static final Visit SERVED = new Visit(Fate.SERVED, "ESTABLISHED", "ESTABLISHED");
    private static final Consultation DIAGNOSED = new Consultation("[::]:4000\n\n  STALLED WITH GHOSTS\n", 1);
    private static final Delay HIDDEN = new Delay(1, 5, 30, 36, 0, true);

    @Test
    void aLostBlackBoxAndServersThatStandAreShown() {
        assertThat(failed(outage(LOST, FULL, WAITING, SHUT_OUT), cure(Variant.ACCEPTOR, WELL, 10, 0)))
                .isEmpty();
    }

    @Test
    void aBlackBoxThatDidNotWedgeIsNamed() {
        Outage fine = outage("taken=60 greeted=60 spoken=2", EMPTY, SERVED, SERVED);

        assertThat(failed(fine, cure(Variant.ACCEPTOR, WELL, 10, 0)))
                .extracting(Claim::text)
                .anyMatch(text -> text.contains("Recv-Q 0"))
                .hasSize(3);
    }

    @Test
    void aDoctorWhoSaysOtherwiseFails() {
        for (Consultation wrong : List.of(
                new Consultation("  HEALTHY", 0),
                new Consultation("  CANNOT TELL", 2),
                new Consultation("no such thing as STALLED WITH GHOSTS", 1))) {
            Outage outage = new Outage(true, Books.parse(LOST), FULL, 1, wrong, WAITING, SHUT_OUT);

            assertThat(failed(outage, cure(Variant.ACCEPTOR, WELL, 10, 0))).hasSize(1);
        }
    }

    @Test
    void aClientThatOldKernelsLetBelieveIsLockedOutAllTheSame() {
        Visit believing = new Visit(Fate.NEVER_HEARD_A_WORD, "SYN_RECV", "ESTABLISHED");

        assertThat(failed(outage(LOST, FULL, WAITING, believing), cure(Variant.ACCEPTOR, WELL, 10, 0)))
                .isEmpty();
    }

    @Test
    void anUnservedClientFailsTheServersThatGreet() {
        for (Variant variant : List.of(Variant.GREETING_DROP_IN, Variant.ACCEPTOR)) {
            assertThat(failed(lost(), cure(variant, WELL, 9, 0))).hasSize(1);
        }
    }

    @Test
    void somethingLeftInTheQueueFails() {
        assertThat(failed(lost(), cure(Variant.ACCEPTOR, WELL, 10, 1))).hasSize(1);
    }

    @Test
    void anUnknownQueueFails() {
        assertThat(failed(lost(), cure(Variant.ACCEPTOR, WELL, 10, Double.NaN))).hasSize(1);
    }

    @Test
    void aLoggedLineFails() {
        assertThat(failed(lost(), cure(Variant.ACCEPTOR, WELL, 10, 0, "WARN a probe")))
                .hasSize(1);
    }

    @Test
    void booksThatDoNotBalanceFail() {
        assertThat(failed(lost(), cure(Variant.ACCEPTOR, "accepted=1010 ended=1009", 10, 0)))
                .hasSize(1);
        assertThat(failed(lost(), cure(Variant.ACCEPTOR, "accepted=1009 ended=1009", 10, 0)))
                .hasSize(1);
    }

    @Test
    void whatAFullQueueTurnedAwayMayBeMissingFromTheBooks() {
        String oneLess = "accepted=1009 ended=1009";

        assertThat(failed(lost(), overflowing(1, oneLess))).isEmpty();
        assertThat(failed(lost(), overflowing(Double.NaN, oneLess))).hasSize(1);
        assertThat(failed(lost(), overflowing(Double.NaN, WELL))).hasSize(1);
    }

    @Test
    void aLoopThatGreetsMayWedgeIfMostProbesWereKeptAway() {
        String stuck = "taken=8 greeted=7 deadAtWrite=1 spoken=5 accepted=1010 ended=1004";

        assertThat(failed(lost(), cure(Variant.DROP_IN, stuck, 5, 0, "WARN stall")))
                .isEmpty();
    }

    @Test
    void aLoopThatMetTooManyProbesFails() {
        String flooded = "taken=210 greeted=210 spoken=10 accepted=1010 ended=1010";

        assertThat(failed(lost(), cure(Variant.DROP_IN, flooded, 10, 0))).hasSize(1);
    }

    private static List<Claim> failed(Outage outage, Cure cure) {
        Verdict verdict = new Verdict(outage, HIDDEN, List.of(cure));
        boolean shown =
                verdict.tell(new Page(new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8)));
        assertThat(shown).isEqualTo(verdict.failed().isEmpty());
        return verdict.failed();
    }

    private static Outage lost() {
        return outage(LOST, FULL, WAITING, SHUT_OUT);
    }

    private static Outage outage(String books, AcceptQueueReading queue, Visit waiting, Visit late) {
        return new Outage(true, Books.parse(books), queue, 1, DIAGNOSED, waiting, late);
    }

    /** A flood of 1,000 probes beside 10 clients. */
    private static Cure cure(Variant variant, String books, int served, double depth, String... logged) {
        return cure(variant, books, served, 0, depth, logged);
    }

    private static Cure overflowing(double overflows, String books) {
        return cure(Variant.ACCEPTOR, books, 10, overflows, 0);
    }

    private static Cure cure(
            Variant variant, String books, int served, double overflows, double depth, String... logged) {
        return new Cure(
                variant,
                new Flood.Result(1_000, 0, Duration.ofSeconds(1)),
                new Visitors.Result(10, 10, served, 1, 2),
                Books.parse(books),
                overflows,
                new QueueWatch.Result(3, 0.9),
                depth,
                List.of(logged));
    }
}
