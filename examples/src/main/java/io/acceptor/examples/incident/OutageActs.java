package io.acceptor.examples.incident;

import io.acceptor.examples.incident.Client.Fate;
import io.acceptor.queue.AcceptQueueReading;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Acts 1 and 2: the black box works, is probed, and is lost. */
final class OutageActs {
    private final Page page;
    private final Scale scale;
    private final ServerProcess server;
    private final Endpoint endpoint;

    private OutageActs(Page page, Scale scale, ServerProcess server) throws IOException, InterruptedException {
        this.page = page;
        this.scale = scale;
        this.server = server;
        this.endpoint = server.endpoint();
    }

    static Outage play(Page page, Scale scale) throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(Variant.BLACK_BOX)) {
            OutageActs acts = new OutageActs(page, scale, server);
            boolean served = acts.actOne();
            return acts.actTwo(served);
        }
    }

    private boolean actOne() {
        page.act("Act 1: the black box");
        String serverText = """
                A server (process %d, port %d) greets every client with 12 bytes, from inside its accept loop.
                When that fails, greet() tries again, and again:""";
        page.say(serverText, server.pid(), endpoint.port());
        page.lines(Variant.BLACK_BOX.diff());
        try (Client client = client()) {
            boolean served = client.visit() == Fate.SERVED;
            String worked = """
                    A first client: greeted after %.1f ms, asked its question, got its answer. The server works,
                    and it passes any test that sends it nothing but clients.""";
            String failed = "A first client: not served within %.1f ms. This is not how it should begin.";
            page.say(served ? worked : failed, client.greetedNanos() / 1e6);
            return served;
        }
    }

    private Outage actTwo(boolean servedBefore) throws IOException, InterruptedException {
        page.act("Act 2: the load balancer");
        String balancerText = """
                A load balancer looks after the port, as "tcpping -R -i %s" does: SYN, SYN+ACK, ACK, and RST at
                once. If the RST overtakes the greeting, the greeting fails. That is a race, which the first
                probes may well lose.""";
        page.say(balancerText, scale.probeEvery().toMillis() / 1e3);
        Probing probing = new Probing(endpoint, scale.probeEvery(), new QueueTable(page));
        boolean filling = probing.untilDepth(endpoint.backlog() / 2.0, scale.wedgeWithin());
        try (Client early = client();
                Client late = client()) {
            Visit waiting = Visit.watched(early, endpoint, scale);
            probing.row("a client comes: " + words(waiting.fate()));
            if (filling) {
                probing.untilDepth(endpoint.backlog() + 1, scale.wedgeWithin());
                explainQueue(probing, waiting);
            } else {
                page.say("The greeting overtook the reset of every one of these %d probes.", probing.sent());
            }
            Visit shutOut = Visit.watched(late, endpoint, scale);
            AcceptQueueReading queue = endpoint.queue().reading();
            if (filling) {
                explainEnd(probing.sent(), shutOut, queue);
            }
            return new Outage(
                    servedBefore,
                    server.books(),
                    queue,
                    Netstat.connectionsOf(endpoint.port()),
                    consultDoctor(),
                    waiting,
                    shutOut);
        }
    }

    private void explainQueue(Probing probing, Visit waiting) throws IOException, InterruptedException {
        AcceptQueueReading queue = probing.reading();
        String foundText = """
                Recv-Q is %.0f with a limit of %.0f, and netstat knows %d of them. Linux keeps a connection in the
                accept queue until the program takes it: the program has a right to know that it came. ss counts
                the queue. But a connection that was reset has no TCP state left, and states are what netstat
                lists. The one it does list is the client that came half-way, and is still waiting:""";
        page.say(foundText, queue.depth(), queue.limit(), Netstat.connectionsOf(endpoint.port()));
        page.lines(evidence());
        page.say(
                "That client's end was %s, the server's end %s, and in %.1f s it %s.",
                waiting.atClient(), waiting.atServer(), scale.patience().toMillis() / 1e3, words(waiting.fate()));
    }

    /** The same from the tools themselves: their headings, and what they say of this port. */
    private List<String> evidence() throws IOException, InterruptedException {
        String local = ":" + endpoint.port();
        List<String> lines = new ArrayList<>();
        lines.addAll(Tool.excerpt(List.of("ss", "-lnt"), "State", "\\S+ +\\d+ +\\d+ +\\S+" + local + " .*"));
        lines.addAll(Tool.excerpt(List.of("netstat", "-ant"), "Proto", "\\S+ +\\d+ +\\d+ +\\S+" + local + " .*"));
        return lines;
    }

    private void explainEnd(long probes, Visit late, AcceptQueueReading queue)
            throws IOException, InterruptedException {
        Books books = server.books();
        String fullText = """
                The queue is full, and the next client %s: its end was %s, the server's %s. All that time there
                were no probes, and Recv-Q is still %.0f: switching the balancer off helps only after a restart.""";
        page.say(fullText, words(late.fate()), late.atClient(), late.atServer(), queue.depth());
        String insideText = """
                The report could not look inside the program. We can: its loop took %d connections, greeted %d,
                and has tried %d times so far to greet the one left, which was probe %d of %d. The thread is in""";
        page.say(insideText, books.taken(), books.greeted(), books.failedWrites(), books.taken() - 1, probes);
        page.lines(List.of(server.stack()));
    }

    private Consultation consultDoctor() {
        page.say("The doctor sees no more of the program than anyone on this machine:");
        Consultation doctor = Consultation.about(endpoint.port());
        page.lines(List.of("$ java -jar benchmarks/target/acceptor-bench.jar doctor " + endpoint.port()));
        page.lines(doctor.lines());
        return doctor;
    }

    private Client client() {
        return new Client(endpoint.target(), scale.patience());
    }

    static String words(Fate fate) {
        return switch (fate) {
            case LOCKED_OUT -> "could not connect";
            case NEVER_HEARD_A_WORD -> "never heard a word";
            case TURNED_AWAY -> "was turned away";
            case GREETED -> "was greeted and got no answer";
            case SERVED -> "was served";
        };
    }
}
