package io.acceptor.bench.cost;

/**
 * What a phase cost the server.
 *
 * @param micros CPU time, user and system, less what it uses when idle; NaN if unknown
 * @param connections how many it accepted; where it cannot tell, how many it was sent
 * @param atRest whether it had finished with all of them at the end
 */
public record Cost(double micros, long connections, boolean atRest) {

    /** CPU microseconds per connection; NaN if there were none. */
    public double each() {
        return connections == 0 ? Double.NaN : micros / connections;
    }
}
