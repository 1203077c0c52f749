package io.acceptor.examples.incident;

import java.util.ArrayList;
import java.util.List;

/** Act 4: what was claimed, and what this run says to it. */
final class Verdict {
    /** Of the probes, a drop-in that leaves the greeting to the loop must keep away at least this share. */
    private static final double MOST = 0.9;

    private final List<Claim> blackBox = new ArrayList<>();
    private final List<Claim> ours = new ArrayList<>();

    private final String inWords;

    Verdict(Outage outage, Delay delay, List<Cure> cures) {
        judge(outage);
        blackBox.add(Claim.aside(
                delay.hidesTheFault(),
                "10 ms between handshake and reset hide it: %d probes, %d dead at the greeting%s",
                delay.probes(),
                delay.dead(),
                delay.attempt() == 1 ? "" : Page.format(" (attempt %d)", delay.attempt())));
        cures.forEach(this::judge);
        inWords = inWords(outage, cures);
    }

    private static String inWords(Outage outage, List<Cure> cures) {
        String unharmed = """
                Probe %d of a balancer that meant no harm took the black box from its clients for good. %,d of the
                same probes did nothing to it on Acceptor, where accepting waits for nobody, a probe is not an
                error, and the greeting is not the loop's business.""";
        StringBuilder words = new StringBuilder(Page.format(
                unharmed,
                outage.fatalProbe(),
                cures.stream()
                        .filter(cure -> !cure.wedged())
                        .mapToLong(cure -> cure.flood().sent())
                        .sum()));
        String hung = " Only the loop that went on greeting by itself met its dead one all the same, in a flood of %,d:"
                + " its socket is a relief, taking the greeting out of the loop is the cure.";
        cures.stream()
                .filter(Cure::wedged)
                .forEach(cure -> words.append(Page.format(hung, cure.flood().sent())));
        return words.toString();
    }

    private void judge(Outage outage) {
        blackBox.add(Claim.of(outage.servedBefore(), "it worked: its first client was served"));
        blackBox.add(Claim.of(
                outage.wedged(),
                "it wedged on probe %d, and its queue filled up: Recv-Q %.0f, Send-Q %.0f",
                outage.fatalProbe(),
                outage.queue().depth(),
                outage.queue().limit()));
        blackBox.add(Claim.of(outage.doctor().foundTheOutage(), "the doctor found that out from outside"));
        blackBox.add(Claim.of(
                outage.unseen(),
                "netstat listed %d of those %.0f, the client that was still there",
                outage.listed(),
                outage.queue().depth()));
        blackBox.add(Claim.of(
                outage.waiting().leftWaiting(),
                "a client that came while there was room was %s and %s",
                outage.waiting().atClient(),
                OutageActs.words(outage.waiting().fate())));
        blackBox.add(Claim.of(
                outage.late().lockedOut(),
                "a client that came when there was none %s",
                OutageActs.words(outage.late().fate())));
    }

    private void judge(Cure cure) {
        String name = cure.variant().label();
        boolean greetsItself = cure.variant().loopGreets();
        if (greetsItself) {
            judgeLoopThatGreets(cure);
        }
        ours.add(new Claim(
                Page.format(
                        "%s: %,d of %,d clients served beside %,d probes",
                        name,
                        cure.clients().served(),
                        cure.clients().came(),
                        cure.flood().sent()),
                cure.clients().allServed(),
                !greetsItself));
        ours.add(Claim.of(cure.depth() == 0, "%s: %.0f left in the accept queue", name, cure.depth()));
        ours.add(new Claim(
                Page.format(
                        "%s: %d lines logged above DEBUG", name, cure.logged().size()),
                cure.logged().isEmpty(),
                !cure.wedged()));
        if (cure.variant().hasBooks()) {
            judgeBooks(cure, name);
        }
    }

    private void judgeBooks(Cure cure, String name) {
        ours.add(Claim.of(
                cure.booksBalance(),
                "%s: %,d connections made, %,d accepted, %,d ended",
                name,
                cure.made(),
                cure.books().accepted(),
                cure.books().ended()));
    }

    private void judgeLoopThatGreets(Cure cure) {
        ours.add(Claim.of(
                cure.shareKeptAway() >= MOST,
                "%s: %.4f %% of the probes kept away from the loop",
                cure.variant().label(),
                100 * cure.shareKeptAway()));
        ours.add(Claim.aside(
                !cure.wedged(),
                "%s: %d died between the last look and the loop's write",
                cure.variant().label(),
                cure.books().deadAtWrite()));
    }

    /** Says it all; true if every claim that decides held. */
    boolean tell(Page page) {
        page.act("Act 4: the verdict");
        page.heading("The black box");
        blackBox.forEach(claim -> page.line("%s", claim));
        page.heading("The same server on Acceptor");
        ours.forEach(claim -> page.line("%s", claim));
        List<Claim> failed = failed();
        if (failed.isEmpty()) {
            page.say("%s", inWords);
            page.say("SHOWN: every claim that decides held.");
        } else {
            page.say("NOT SHOWN: %d of the claims above did not hold.", failed.size());
            page.lines(failed.stream().map(Claim::text).toList());
        }
        return failed.isEmpty();
    }

    List<Claim> failed() {
        List<Claim> failed = new ArrayList<>(blackBox);
        failed.addAll(ours);
        failed.removeIf(claim -> !claim.failed());
        return failed;
    }
}
