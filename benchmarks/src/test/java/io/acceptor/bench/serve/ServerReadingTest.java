package io.acceptor.bench.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.acceptor.bench.measure.ProcessUsage;
import io.acceptor.bench.measure.QueueNumbers;
import io.acceptor.bench.peers.ServerCounts;
import io.acceptor.queue.AcceptQueueReading;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerReadingTest {

    @Test
    void isOneFlatJsonObject() {
        ServerReading reading = new ServerReading(
                "core",
                new ServerCounts(3L, Map.of("COMPLETED", 2L), 1L),
                QueueNumbers.of(new AcceptQueueReading(4, 128)),
                new ProcessUsage(9L, 7L, 1_500L, 1_024L));
        assertThat(reading.toJson())
                .isEqualTo("{\"server\":\"core\",\"accepted\":3,\"outcomes\":{\"COMPLETED\":2},\"active\":1,"
                        + "\"queueDepth\":4,\"queueLimit\":128,"
                        + "\"openFds\":9,\"threads\":7,\"cpuMicros\":1500,\"heapUsed\":1024}");
        assertThat(ServerReading.fromJson(reading.toJson())).isEqualTo(reading);
    }

    @Test
    void saysNullForWhatIsUnknown() {
        ServerReading reading = new ServerReading(
                "peer",
                new ServerCounts(null, null, null),
                QueueNumbers.of(AcceptQueueReading.UNKNOWN),
                new ProcessUsage(null, null, null, null));
        assertThat(reading.toJson())
                .isEqualTo("{\"server\":\"peer\",\"accepted\":null,\"outcomes\":null,\"active\":null,"
                        + "\"queueDepth\":null,\"queueLimit\":null,"
                        + "\"openFds\":null,\"threads\":null,\"cpuMicros\":null,\"heapUsed\":null}");
        assertThat(ServerReading.fromJson(reading.toJson())).isEqualTo(reading);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "[1]", "{}", "{\"server\":"})
    void refusesWhatIsNone(String line) {
        assertThatThrownBy(() -> ServerReading.fromJson(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(line);
    }

    @Test
    void cpuTimeOfThisProcessIsKnownAndGrows() {
        Long before = ProcessUsage.of(ProcessHandle.current().pid()).cpuMicros();
        assertThat(before).isPositive();
        assertThat(ProcessUsage.of(ProcessHandle.current().pid()).cpuMicros()).isGreaterThan(before);
    }
}
