package io.acceptor.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form in which a network can be written, with an address that belongs to it and one that does not. */
class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7, 192.0.2.8",
        "192.0.2.7/32, 192.0.2.7, 192.0.2.6",
        "10.1.0.0/16, 10.1.255.255, 10.2.0.0",
        "10.1.0.0/15, 10.0.255.255, 10.2.0.0",
        "10.1.2.3/8, 10.255.0.0, 11.1.2.3",
        "0.0.0.0/0, 192.0.2.7, ::1",
        "::1, ::1, ::2",
        "fd00::/8, fdff::1, fe00::1",
        "2001:db8::/33, 2001:db8:7fff::1, 2001:db8:8000::1",
        "2001:0DB8:0:0:0:0:0:7, 2001:db8::7, 2001:db8::8",
        "::/0, 2001:db8::7, 192.0.2.7",
        "::ffff:127.0.0.1, 127.0.0.1, 127.0.0.2",
        "::ffff:127.0.0.0/104, 127.255.0.1, 126.0.0.1",
        "::FFFF:7f00:0/104, 127.255.0.1, 126.0.0.1",
        "0:0:0:0:0:ffff:10.1.0.0/111, 10.0.255.255, 10.2.0.0",
        "::ffff:0:0/96, 192.0.2.7, ::1",
        "::7f00:1, ::7f00:1, 127.0.0.1"
    })
    void networkContainsItsAddressesAndNoOthers(String network, String inside, String outside)
            throws UnknownHostException {
        assertThat(Network.parse(network).contains(InetAddress.getByName(inside)))
                .isTrue();
        assertThat(Network.parse(network).contains(InetAddress.getByName(outside)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " 10.0.0.0/8",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/",
                "10.0.0.0/8x",
                "10.0.0/8",
                "256.0.0.1",
                "fd00::/129",
                "fe80::1%eth0",
                "[::1]",
                "::ffff:0:0/95",
                "::ffff:127.0.0.1/129",
                "example.org",
                "/8"
            })
    void whatIsNoNetworkIsRefusedByName(String wrong) {
        assertThatThrownBy(() -> ProxyProtocol.requiredFrom(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("network must be an address or one like 10.1.0.0/16, was \"" + wrong + "\"");
    }
}
