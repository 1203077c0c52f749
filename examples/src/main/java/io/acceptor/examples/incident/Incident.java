package io.acceptor.examples.incident;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Replays the incident, on real sockets. Exits with 0 if the black box was lost to the probes and the servers on this library were not,
 * with 1 if any of that failed to show, with 2 where it cannot be shown.
 */
@Command(
        name = "incident",
        description = {
            "Replays the outage and the cure: a server that greets inside its accept loop, a load balancer's probes, and"
                    + " the same server on Acceptor. Takes about a minute.",
            "Exit code 0 if it all showed, 1 if not, 2 where it cannot be shown (no Linux)."
        },
        mixinStandardHelpOptions = true)
public final class Incident implements Callable<Integer> {
    static final int SHOWN = 0;
    static final int NOT_SHOWN = 1;
    static final int CANNOT_SHOW = 2;

    /** Far more than it takes; whatever hangs, ends here. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private Incident() {}

    @Override
    public Integer call() {
        Thread limit = new Thread(Incident::giveUpInTime, "limit");
        limit.setDaemon(true);
        limit.start();
        return run(Scale.FULL, System.out);
    }

    static int run(Scale scale, PrintStream out) {
        Page page = new Page(out);
        page.title("The incident, replayed: a server that greets its clients, and a load balancer that looks in");
        page.say("""
                From a published report: a program without sources listened on port 4000 and greeted every client
                with 12 bytes. At one site it soon stopped answering. "ss -lnt" counted 39 connections in its
                queue, and ever more; "netstat -ant" did not find one of them. At another site, on the same
                system, it ran well. What follows is no simulation: these are real sockets and probes, and the
                kernel's own numbers.""");
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux")) {
            page.say("""
                    This is no Linux. What the replay shows is the accept queue of the Linux kernel, which keeps
                    connections that were reset until they are accepted, and /proc, where their number stands.
                    Neither is here.""");
            return CANNOT_SHOW;
        }
        try {
            return play(page, scale);
        } catch (IOException | RuntimeException broken) {
            page.say("The replay broke off: %s", broken);
            return NOT_SHOWN;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            page.say("The replay was interrupted.");
            return NOT_SHOWN;
        }
    }

    private static int play(Page page, Scale scale) throws IOException, InterruptedException {
        Outage outage = OutageActs.play(page, scale);
        Delay delay = new DelayAct(page, scale).play();
        CureAct act = new CureAct(page, scale);
        act.introduce();
        List<Cure> cures = new ArrayList<>();
        if (AgentJar.find().isPresent()) {
            cures.add(act.play(Variant.AGENT));
        }
        cures.add(act.play(Variant.DROP_IN));
        cures.add(act.play(Variant.GREETING_DROP_IN));
        cures.add(act.play(Variant.ACCEPTOR));
        return new Verdict(outage, delay, cures).tell(page) ? SHOWN : NOT_SHOWN;
    }

    private static void giveUpInTime() {
        try {
            Thread.sleep(LIMIT.toMillis());
        } catch (InterruptedException cannotBe) {
            return;
        }
        System.out.println(
                "The replay took more than " + LIMIT.toMinutes() + " minutes: it is broken, or the machine is.");
        Runtime.getRuntime().halt(NOT_SHOWN);
    }
}
