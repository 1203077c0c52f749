package io.acceptor.examples.incident;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Optional;

/** The agent's jar, which the build puts beside these examples. */
final class AgentJar {
    private AgentJar() {}

    /** Gives its path; empty if it was not built, or these examples run from elsewhere. */
    static Optional<Path> find() {
        CodeSource source = AgentJar.class.getProtectionDomain().getCodeSource();
        try {
            Path target = source == null
                    ? null
                    : Path.of(source.getLocation().toURI()).getParent();
            return Optional.ofNullable(target)
                    .map(built ->
                            built.resolveSibling("agent").resolve("target").resolve("acceptor-agent.jar"))
                    .filter(Files::exists);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
