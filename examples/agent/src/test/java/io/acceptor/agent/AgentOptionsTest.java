package io.acceptor.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.acceptor.AcceptorBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AgentOptionsTest {
    @Test
    void portsMayBeNamedAndLeftOut() {
        AgentOptions options = AgentOptions.parse("ports=25:8000-8010, exceptPorts=8005");

        assertThat(options.guards(25)).isTrue();
        assertThat(options.guards(8010)).isTrue();
        assertThat(options.guards(8005)).isFalse();
        assertThat(options.guards(80)).isFalse();
    }

    @Test
    void byDefaultEveryPortIsGuardedAndThereAreNoMetrics() {
        AgentOptions options = AgentOptions.parse("");

        assertThat(options.guards(0)).isTrue();
        assertThat(options.guards(65535)).isTrue();
        assertThat(options.hasMetrics()).isFalse();
        assertThat(options.backlog(50)).isEqualTo(50);
    }

    @Test
    void aBacklogGoesBeforeTheProgramsOwn() {
        assertThat(AgentOptions.parse("backlog=100").backlog(50)).isZero();
    }

    @Test
    void theBuilderIsToldInItsWords() {
        Told told = new Told();
        AgentOptions.parse("settle=20ms,maxConnections=7,maxConnectionsPerSource=3")
                .applyTo(told);

        assertThat(told.words).contains("settle PT0.02S", "maxConnections 7", "maxConnectionsPerSource 3");
    }

    @Test
    void anApplicationThatIsSlowToAcceptIsNotTakenForDead() {
        Told told = new Told();
        AgentOptions.parse("").applyTo(told);

        assertThat(told.words).containsExactly("stallThreshold " + Duration.ofSeconds(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            settel=5ms           | unknown option 'settel'; known are ports,
            ports                | ports needs a value
            ports=x              | ports must be a port from 0 to 65535, was 'x'
            ports=65536          | ports must be a port from 0 to 65535, was '65536'
            exceptPorts=9-1      | exceptPorts must go up from the lower port, was 9-1
            settle=5             | settle must be a time, as 5ms or 2s, was '5'
            settle=0s            | settle must be more than 0, was PT0S
            settle=1s,handOffAtOnce | handOffAtOnce and settle exclude each other
            handOffAtOnce=yes    | handOffAtOnce takes no value, was 'yes'
            maxConnections=many  | maxConnections must be a number, was 'many'
            maxConnections=0     | maxConnections must be at least 1, was 0
            queueSize=0          | queueSize must be at least 1, was 0
            backlog=0            | backlog must be at least 1, was 0
            metrics=-1           | metrics must be a port from 0 to 65535, was '-1'
            debug=               | debug takes no value, was ''
            """)
    void aWrongOneIsTold(String options, String message) {
        assertThatThrownBy(() -> AgentOptions.parse(options)).hasMessageStartingWith(message);
    }

    /** Writes down what it is told. */
    private static final class Told extends AcceptorBuilder<Told> {
        private final List<String> words = new ArrayList<>();

        @Override
        public Told settle(Duration delay) {
            return told("settle " + delay);
        }

        @Override
        public Told maxConnections(int max) {
            return told("maxConnections " + max);
        }

        @Override
        public Told maxConnectionsPerSource(int max) {
            return told("maxConnectionsPerSource " + max);
        }

        @Override
        public Told stallThreshold(Duration threshold) {
            return told("stallThreshold " + threshold);
        }

        private Told told(String word) {
            words.add(word);
            return this;
        }

        @Override
        protected Told self() {
            return this;
        }
    }
}
