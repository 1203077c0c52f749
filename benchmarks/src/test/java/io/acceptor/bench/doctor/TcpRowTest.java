package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from /proc beside the queue itself. The addresses are as a little-endian machine prints them. */
final class TcpRowTest {
    @ParameterizedTest
    @CsvSource({
        "0100007F:0FA0, 127.0.0.1:4000",
        "00000000:0016, 0.0.0.0:22",
        "00000000000000000000000000000000:0FA0, [::]:4000",
        "00000000000000000000000001000000:0FA0, [::1]:4000",
        "0000000000000000FFFF00000100007F:0FA0, 127.0.0.1:4000",
        "B80D0120000000000000000001000000:0050, [2001:db8::1]:80",
    })
    void addressesReadAsPeopleWriteThem(String text, String expected) throws UnknownHostException {
        assertThat(Patient.text(TcpRow.address(text))).isEqualTo(expected);
    }

    @Test
    void aListenersQueueAndOwnerAreRead() throws Exception {
        TcpRow row = TcpRow.parsed("   1: 0100007F:0FA0 00000000:0000 0A 00000000:00000015 00:00000000 00000000  1000"
                + "        0 4711 2 0000000000000000 100 0 0 10 0");

        assertThat(row.isListener()).isTrue();
        assertThat(Patient.text(row.local())).isEqualTo("127.0.0.1:4000");
        assertThat(row.depth()).isEqualTo(21);
        assertThat(row.uid()).isEqualTo(1_000);
        assertThat(row.inode()).isEqualTo(4_711);
    }

    @ParameterizedTest
    @CsvSource({
        "01, 4711, true",
        "01, 0, false", // in the queue
        "08, 4711, true",
        "08, 0, false", // in the queue, half-closed
        "06, 0, true", // TIME_WAIT: closed by the program
        "04, 0, true",
        "03, 0, false", // a handshake
        "0C, 0, false",
        "0A, 4711, false",
    })
    void anAcceptedConnectionIsToldFromOneInTheQueue(String state, long inode, boolean accepted) throws Exception {
        TcpRow row = TcpRow.parsed("   1: 0100007F:0FA0 0100007F:D431 " + state
                + " 00000000:00000000 00:00000000 00000000     0        0 " + inode + " 1 0000000000000000");

        assertThat(row.isAccepted()).isEqualTo(accepted);
    }
}
