package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from /proc beside the queue itself. The addresses are as a little-endian machine prints them. */
final class ProcTest {
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
        assertThat(Patient.text(ListenRow.address(text))).isEqualTo(expected);
    }
}
