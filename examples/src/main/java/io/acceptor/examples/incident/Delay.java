package io.acceptor.examples.incident;

/**
 * What the black box made of nobody, and of probes that wait before they reset.
 *
 * @param attempt how often it was tried, each time with a new process
 * @param servedUnprobed clients served without probes
 * @param probes delayed probes sent
 * @param taken connections that the loop took, clients included
 * @param dead how many of them were dead when greeted
 * @param served whether a client was served afterwards
 */
record Delay(int attempt, int servedUnprobed, int probes, long taken, long dead, boolean served) {

    boolean hidesTheFault() {
        return dead == 0 && served && taken == servedUnprobed + probes + 1L;
    }
}
