package io.acceptor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LongestSilentTest {
    private final long start = System.nanoTime();
    private final List<Client> clients = new ArrayList<>();
    private int asked;
    private final LongestSilent<Client> longest = new LongestSilent<>(clients, this::isSilent, client -> client.since);

    private static final class Client {
        private final long since;
        private boolean silent = true;

        Client(long since) {
            this.since = since;
        }
    }

    private boolean isSilent(Client client) {
        asked++;
        return client.silent;
    }

    private Client silentSince(long millis) {
        Client client = new Client(at(millis));
        clients.add(client);
        return client;
    }

    private long at(long millis) {
        return start + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void givesWhoHasBeenSilentLongestOnceThatIsASecond() {
        Client younger = silentSince(200);
        Client older = silentSince(100);
        assertThat(longest.find(at(1_000))).isNull();
        assertThat(longest.lookAgainAt()).isEqualTo(at(1_100));
        assertThat(longest.find(at(1_250))).isSameAs(older);
        older.silent = false;
        assertThat(longest.find(at(1_250))).isSameAs(younger);
        younger.silent = false;
        assertThat(longest.find(at(1_250))).isNull();
    }

    @Test
    void looksThroughAllOnlyWhenItKnowsNobodyAndNotAgainAtOnce() {
        for (int i = 0; i < 1_000; i++) {
            silentSince(i % 10);
        }
        assertThat(longest.find(at(2_000))).isNotNull();
        asked = 0;
        for (int i = 0; i < 10; i++) {
            assertThat(longest.find(at(2_000))).isNotNull();
        }
        assertThat(asked).isEqualTo(10);
        clients.forEach(client -> client.silent = false);
        assertThat(longest.find(at(2_000))).isNull();
        assertThat(longest.find(at(2_001))).isNull();
        asked = 0;
        assertThat(longest.find(at(2_002))).isNull();
        assertThat(asked).isZero();
        assertThat(longest.find(at(2_200))).isNull();
        assertThat(asked).isEqualTo(1_000);
    }
}
