package io.acceptor.netty;

import java.net.InetSocketAddress;

/** Addresses as users write them: {@code 127.0.0.1:4000}, {@code [::1]:4000}. */
final class Addresses {
    private Addresses() {}

    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
