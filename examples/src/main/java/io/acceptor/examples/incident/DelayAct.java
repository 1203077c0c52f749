package io.acceptor.examples.incident;

import io.acceptor.examples.incident.Client.Fate;
import java.io.IOException;
import java.time.Duration;

/** The end of act 2: what hides the fault. On a busy machine 10 ms may be too short: then it is tried again. */
final class DelayAct {
    /** {@code tcpping -D 0.01}. */
    private static final Duration BEFORE_RESET = Duration.ofMillis(10);

    private static final int CLIENTS = 5;
    private static final int ATTEMPTS = 3;

    private final Page page;
    private final Scale scale;

    DelayAct(Page page, Scale scale) {
        this.page = page;
        this.scale = scale;
    }

    Delay play() throws IOException, InterruptedException {
        page.heading("What hides it");
        Delay delay = attempt(1);
        for (int i = 2; i <= ATTEMPTS && !delay.hidesTheFault(); i++) {
            page.say("Once more, with a new process:");
            delay = attempt(i);
        }
        return delay;
    }

    private Delay attempt(int number) throws IOException, InterruptedException {
        try (ServerProcess server = ServerProcess.start(Variant.BLACK_BOX)) {
            Endpoint endpoint = server.endpoint();
            int served = 0;
            for (int i = 0; i < CLIENTS; i++) {
                served += served(endpoint) ? 1 : 0;
            }
            probe(endpoint);
            boolean servedAfter = served(endpoint);
            Books books = server.books();
            Delay delay =
                    new Delay(number, served, scale.delayedProbes(), books.taken(), books.deadAtWrite(), servedAfter);
            explain(delay);
            return delay;
        }
    }

    private void probe(Endpoint endpoint) throws InterruptedException {
        Probe probe = new Probe(endpoint.target(), BEFORE_RESET);
        for (int i = 0; i < scale.delayedProbes(); i++) {
            probe.send();
            Thread.sleep(scale.probeEvery().toMillis());
        }
    }

    private boolean served(Endpoint endpoint) {
        try (Client client = new Client(endpoint.target(), scale.patience())) {
            return client.visit() == Fate.SERVED;
        }
    }

    private void explain(Delay delay) {
        String hiddenText = """
                The same program, started afresh, without probes: %d of %d clients served. Then %d probes that
                wait 10 ms before their RST ("tcpping -R -i %s -D 0.01"): the loop took %d of %d connections, %d
                of them died before they were greeted, and the client that came after them %s. %s""";
        page.say(
                hiddenText,
                delay.servedUnprobed(),
                CLIENTS,
                delay.probes(),
                scale.probeEvery().toMillis() / 1e3,
                delay.taken(),
                CLIENTS + delay.probes() + 1,
                delay.dead(),
                delay.served() ? "was served" : "was not served",
                delay.hidesTheFault()
                        ? "In 10 ms the greeting always won the race: the fault is still there, and nobody sees it."
                        : "Here even 10 ms were not always enough for the greeting: a delay hides the fault, no more.");
    }
}
