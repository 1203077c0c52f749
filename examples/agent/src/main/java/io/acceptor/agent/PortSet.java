package io.acceptor.agent;

import java.util.BitSet;

/** Ports, written as {@code 25:8000-8010}. Immutable. */
final class PortSet {
    private static final int LAST = 65535;

    private final BitSet ports;

    private PortSet(BitSet ports) {
        this.ports = ports;
    }

    static PortSet none() {
        return new PortSet(new BitSet());
    }

    static PortSet all() {
        BitSet all = new BitSet();
        all.set(0, LAST + 1);
        return new PortSet(all);
    }

    /** @throws IllegalArgumentException if it is not written so; the message names the option */
    static PortSet parse(String option, String text) {
        BitSet ports = new BitSet();
        for (String range : text.split(":", -1)) {
            int dash = range.indexOf('-');
            int first = port(option, dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : port(option, range.substring(dash + 1));
            if (last < first) {
                throw new IllegalArgumentException(option + " must go up from the lower port, was " + range);
            }
            ports.set(first, last + 1);
        }
        return new PortSet(ports);
    }

    /** @throws IllegalArgumentException if it is no port; the message names the option */
    static int port(String option, String text) {
        int port = -1;
        try {
            port = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            // told below
        }
        if (port < 0 || port > LAST) {
            throw new IllegalArgumentException(option + " must be a port from 0 to " + LAST + ", was '" + text + "'");
        }
        return port;
    }

    boolean contains(int port) {
        return ports.get(port);
    }
}
