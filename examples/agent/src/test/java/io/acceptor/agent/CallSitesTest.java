package io.acceptor.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.example.ServerSocketUses;
import org.junit.jupiter.api.Test;

final class CallSitesTest {
    @Test
    void aClassThatNamesNoServerSocketIsNotLookedAt() throws IOException {
        assertThat(CallSites.areNamedIn(classFile(TestJar.class))).isFalse();
        assertThat(CallSites.areNamedIn(classFile(ServerSocketUses.class))).isTrue();
        assertThat(CallSites.areNamedIn("ServerSocke".getBytes(StandardCharsets.US_ASCII)))
                .isFalse();
    }

    @Test
    void aClassThatOnlyUsesThemHasNoCallSites() throws IOException {
        CallSites sites = CallSites.in(classFile(AgentServerSocketFactory.class));

        assertThat(sites.replaced()).isZero();
    }

    @Test
    void callSitesAreCounted() throws IOException {
        CallSites sites = CallSites.in(classFile(ServerSocketUses.class));

        assertThat(sites.replaced()).isGreaterThan(15);
        assertThat(sites.callsSuper()).isFalse();
    }

    @Test
    void whatIsNoClassFileIsRefused() {
        assertThatThrownBy(() -> CallSites.in(new byte[] {1, 2, 3})).isInstanceOf(RuntimeException.class);
    }

    private static byte[] classFile(Class<?> type) throws IOException {
        try (InputStream bytes = type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
            return bytes.readAllBytes();
        }
    }
}
