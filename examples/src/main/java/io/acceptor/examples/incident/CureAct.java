package io.acceptor.examples.incident;

import io.acceptor.queue.AcceptQueue;
import io.acceptor.queue.AcceptQueueReading;
import io.acceptor.queue.ListenCounters;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Act 3: the same probes, as many as there is time for, against the same server on this library. */
final class CureAct {
    /** Time for three SYNs more, should the first ones meet a full queue: 1, 2 and 4 s. */
    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(8);

    private static final Duration REST_WITHIN = Duration.ofSeconds(3);
    private static final long LOOK_MILLIS = 20;
    private static final int LOG_LINES_SHOWN = 3;
    private static final double PROBES_A_SECOND = 10;

    private final Page page;
    private final Scale scale;

    CureAct(Page page, Scale scale) {
        this.page = page;
        this.scale = scale;
    }

    void introduce() {
        page.act("Act 3: the same server on Acceptor");
        String curesText = """
                %s ways to mend it, each in a JVM of its own. The probes are those of act 2, but without a
                pause between them, for %.0f s; real clients come all the while, one at a time.""";
        page.say(
                curesText,
                AgentJar.find().isPresent() ? "Four" : "Three",
                scale.flood().toMillis() / 1e3);
    }

    Cure play(Variant variant) throws IOException, InterruptedException {
        page.heading(variant.title());
        page.lines(variant.diff());
        page.say("%s", variant.about());
        try (ServerProcess server = ServerProcess.start(variant)) {
            Endpoint endpoint = server.endpoint();
            server.logSinceLastMark();
            Cure cure = flood(server, endpoint);
            explain(cure, endpoint);
            return cure;
        }
    }

    private Cure flood(ServerProcess server, Endpoint endpoint) throws IOException, InterruptedException {
        AcceptQueue queue = endpoint.queue();
        ListenCounters before = ListenCounters.read();
        Visitors visitors = new Visitors(endpoint.target(), CLIENT_PATIENCE);
        QueueWatch watch = new QueueWatch(queue);
        Flood flood = new Flood(endpoint.target(), scale.floodThreads());
        try (visitors;
                watch;
                flood) {
            Thread.sleep(scale.flood().toMillis());
        }
        Books books = atRest(server, queue);
        List<String> logged = server.logSinceLastMark();
        return new Cure(
                server.variant(),
                flood.result(),
                visitors.result(),
                books,
                ListenCounters.read().since(before).overflows(),
                watch.result(),
                queue.reading().depth(),
                logged);
    }

    /** The last connections may still be on their way out. */
    private static Books atRest(ServerProcess server, AcceptQueue queue) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + REST_WITHIN.toNanos();
        Books books = server.books();
        AcceptQueueReading reading = queue.reading();
        while ((reading.depth() > 0 || books.ended() < books.accepted()) && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_MILLIS);
            reading = queue.reading();
            books = server.books();
        }
        return books;
    }

    private void explain(Cure cure, Endpoint endpoint) {
        page.gap();
        explainProbes(cure);
        fact("clients", "%s", clients(cure.clients()));
        fact(
                "queue",
                "empty at %.0f %% of all looks, %.0f of %d at its peak, %.0f at the end",
                100 * cure.queue().empty(),
                cure.queue().peak(),
                Math.round(endpoint.queue().reading().limit()),
                cure.depth());
        fact(
                "log",
                "%d lines above DEBUG, between two of our own that did come through",
                cure.logged().size());
        cure.logged().stream().limit(LOG_LINES_SHOWN).forEach(line -> fact("", "%s", line));
        if (cure.variant().hasBooks()) {
            fact("books", "%s", balance(cure));
        }
        if (cure.wedged()) {
            lament(cure);
        }
    }

    private void explainProbes(Cure cure) {
        Flood.Result flood = cure.flood();
        Books books = cure.books();
        fact(
                "probes",
                "%,d in %.1f s, %,.0f a second; the balancer of act 2 takes %.1f hours for as many",
                flood.sent(),
                flood.took().toMillis() / 1e3,
                flood.perSecond(),
                flood.sent() / PROBES_A_SECOND / 3600);
        if (flood.failed() > 0) {
            fact("", "%,d more got no handshake within a second", flood.failed());
        }
        if (cure.variant().hasBooks()) {
            fact("outcomes", "%s", books.outcomes());
        }
        if (!books.rejections().isEmpty()) {
            fact("", "rejected for %s", books.rejections());
        }
        if (cure.variant() != Variant.ACCEPTOR) {
            fact("the loop", "%s", loop(cure));
        }
    }

    private void lament(Cure cure) {
        String lateText = """
                One connection did die between the last look and the loop's write, after %,d others, and the loop
                hangs on it. The socket keeps nearly all probes away, not all: taking the greeting out of the loop does.""";
        page.say(lateText, cure.books().greeted());
    }

    /** What a loop of the program's own got to see. */
    private static String loop(Cure cure) {
        String seen = Page.format(
                "accept() gave it %,d clients and %,d probes (%.4f %% of them)",
                cure.books().taken() - cure.gotThrough(), cure.gotThrough(), 100 * (1 - cure.shareKeptAway()));
        if (cure.variant() == Variant.GREETING_DROP_IN) {
            return seen;
        }
        return seen + (cure.wedged() ? "; one was dead when it wrote" : ", none of them dead when it wrote");
    }

    private static String clients(Visitors.Result clients) {
        String served = Page.format("%,d of %,d greeted and answered", clients.served(), clients.came());
        return clients.served() == 0
                ? served
                : Page.format(
                        "%s; the greeting took %.2f ms (median), %.2f ms (longest)",
                        served, clients.medianMillis(), clients.longestMillis());
    }

    private static String balance(Cure cure) {
        return Page.format(
                "%,d accepted, %,d ended; %,d made (%,d probes, %,d clients): %s",
                cure.books().accepted(),
                cure.books().ended(),
                cure.made(),
                cure.flood().sent(),
                cure.clients().came(),
                cure.booksBalance() ? "they balance" : "they do NOT balance");
    }

    private void fact(String name, String format, Object... args) {
        page.line("  %-10s %s", name, Page.format(format, args));
    }
}
