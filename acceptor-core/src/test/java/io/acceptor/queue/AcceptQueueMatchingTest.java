package io.acceptor.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows of the kernel's tables belong to a listening address. */
class AcceptQueueMatchingTest {
    @TempDir
    private Path root;

    private FakeProc proc;

    @BeforeEach
    void makeProc() {
        proc = new FakeProc(root);
    }

    private double depth(String host, int port) {
        return proc.queue(host, port).reading().depth();
    }

    @Test
    void readsTheRowThatTheKernelWrote() {
        proc.tcp(
                "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 7869 1 00000000ebca84cb 100 0 0 10 0                      \n");
        proc.tcp6(
                "   0: 00000000000000000000000001000000:8D79 00000000000000000000000000000000:0000 0A 00000000:00000005 00:00000000 00000000     0        0 7871 1 00000000f4b81565 100 0 0 10 0\n",
                "   1: 0000000000000000FFFF00000100007F:8BC7 00000000000000000000000000000000:0000 0A 00000000:0000002A 00:00000000 00000000     0        0 7870 1 00000000f3d8a8b2 100 0 0 10 0\n");
        assertThat(depth("127.0.0.1", 0x1F90)).isEqualTo(3);
        assertThat(depth("::1", 0x8D79)).isEqualTo(5);
        assertThat(depth("127.0.0.1", 0x8BC7)).isEqualTo(42);
    }

    @Test
    void readsTheWordsOfABigEndianKernel() {
        proc = new FakeProc(root, ByteOrder.BIG_ENDIAN);
        proc.tcp6(
                "   0: 20010DB8000000000000000000000001:8D79 00000000000000000000000000000000:0000 0A 00000000:00000005 00:00000000 00000000     0        0 7871 1\n");
        proc.tcp("   0: 7F000001:1F90 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 7869 1\n");
        assertThat(depth("127.0.0.1", 0x1F90)).isEqualTo(3);
        assertThat(depth("2001:db8::1", 0x8D79)).isEqualTo(5);
    }

    @Test
    void theAddressIsMatchedNotThePortAlone() {
        proc.tcp6(
                proc.listener6("127.0.0.1", 4000, 1),
                proc.listener6("127.0.0.2", 4000, 2),
                proc.listener6("::1", 4000, 4),
                proc.listener6("2001:db8::1:2:3", 4000, 8));
        assertThat(depth("127.0.0.1", 4000)).isEqualTo(1);
        assertThat(depth("127.0.0.2", 4000)).isEqualTo(2);
        assertThat(depth("::1", 4000)).isEqualTo(4);
        assertThat(depth("2001:db8::1:2:3", 4000)).isEqualTo(8);
        assertThat(depth("127.0.0.3", 4000)).isNaN();
        assertThat(depth("::", 4000)).isNaN();
        assertThat(depth("0.0.0.0", 4000)).isNaN();
        assertThat(depth("127.0.0.1", 4001)).isNaN();
    }

    @Test
    void anIpv4ListenerIsFoundInEitherTable() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 1)).tcp(proc.listener("127.0.0.1", 4001, 2));
        assertThat(depth("127.0.0.1", 4000)).isEqualTo(1);
        assertThat(depth("127.0.0.1", 4001)).isEqualTo(2);
    }

    @Test
    void theIpv4TableCountsOnlyWhenTheOtherHasNoRow() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 1)).tcp(proc.listener("127.0.0.1", 4000, 2));
        assertThat(depth("127.0.0.1", 4000)).isEqualTo(1);
    }

    @Test
    void aDualStackWildcardIsFoundUnderBothOfItsNames() {
        proc.tcp6(proc.listener6("::", 4000, 3)).tcp();
        assertThat(depth("::", 4000)).isEqualTo(3);
        assertThat(depth("0.0.0.0", 4000)).isEqualTo(3);
        assertThat(depth("127.0.0.1", 4000)).isNaN();
    }

    @Test
    void anIpv4WildcardIsToldFromAnIpv6OnlyOneOnTheSamePort() {
        proc.tcp6(proc.listener6("::", 4000, 3)).tcp(proc.listener("0.0.0.0", 4000, 5));
        assertThat(depth("0.0.0.0", 4000)).isEqualTo(5);
        assertThat(depth("::", 4000)).isEqualTo(3);
    }

    @Test
    void anIpv6WildcardIsNoIpv4One() {
        proc.tcp6().tcp(proc.listener("0.0.0.0", 4000, 5));
        assertThat(depth("::", 4000)).isNaN();
        assertThat(depth("0.0.0.0", 4000)).isEqualTo(5);
    }

    @Test
    void aMappedWildcardIsAnIpv4One() {
        proc.tcp6(proc.listener6("0.0.0.0", 4000, 3));
        assertThat(depth("0.0.0.0", 4000)).isEqualTo(3);
        assertThat(depth("::", 4000)).isNaN();
    }

    @Test
    void aScopePlaysNoPart() throws UnknownHostException {
        byte[] bytes = InetAddress.getByName("fe80::1").getAddress();
        proc.tcp6(proc.listener6("fe80::1", 4000, 3));
        InetSocketAddress scoped = new InetSocketAddress(Inet6Address.getByAddress(null, bytes, 2), 4000);
        assertThat(proc.queue(scoped, 50, 1).reading().depth()).isEqualTo(3);
    }

    @Test
    void anIpv6AddressObjectHoldingAMappedOneIsIpv4() throws UnknownHostException {
        byte[] bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1};
        proc.tcp6().tcp(proc.listener("127.0.0.1", 4000, 3));
        InetSocketAddress mapped = new InetSocketAddress(Inet6Address.getByAddress(null, bytes, 0), 4000);
        assertThat(proc.queue(mapped, 50, 1).reading().depth()).isEqualTo(3);
    }

    @Test
    void theListenersOfAGroupAreSummed() {
        proc.tcp6(
                proc.listener6("127.0.0.1", 4000, 3),
                proc.listener6("127.0.0.1", 4001, 100),
                proc.listener6("127.0.0.1", 4000, 4));
        assertThat(proc.queue("127.0.0.1", 4000, 50, 2).reading()).isEqualTo(new AcceptQueueReading(7, 100));
    }

    @Test
    void theLimitOfAGroupIsThatOfTheListenersFound() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 3));
        assertThat(proc.queue("127.0.0.1", 4000, 50, 2).reading()).isEqualTo(new AcceptQueueReading(3, 50));
    }

    @Test
    void theLimitIsUnknownWhileStrangersShareTheAddress() {
        proc.tcp6(proc.listener6("127.0.0.1", 4000, 3), proc.listener6("127.0.0.1", 4000, 4));
        assertThat(proc.queue("127.0.0.1", 4000, 50, 1).reading()).isEqualTo(new AcceptQueueReading(7, Double.NaN));
    }

    @Test
    void theLimitOfAHugeGroupDoesNotOverflow() {
        proc.somaxconn("2147483647\n");
        proc.tcp6("%s%s".formatted(proc.listener6("::1", 4000, 0x7FFFFFFF), proc.listener6("::1", 4000, 0x7FFFFFFF)));
        AcceptQueueReading reading =
                proc.queue("::1", 4000, Integer.MAX_VALUE, 2).reading();
        assertThat(reading).isEqualTo(new AcceptQueueReading(2.0 * Integer.MAX_VALUE, 2.0 * Integer.MAX_VALUE));
    }

    @Test
    void onlyListenersCount() {
        proc.tcp6(proc.row6("127.0.0.1", 4000, FakeProc.ESTABLISHED, 9)).tcp();
        assertThat(depth("127.0.0.1", 4000)).isNaN();
    }
}
