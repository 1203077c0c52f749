package io.acceptor.it;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The servers of acceptor-core, out of descriptors. */
@Timeout(180)
class ExhaustedDescriptorsIT extends ExhaustedDescriptors {
    private static final Duration FLOOD = Duration.ofSeconds(2);

    private enum Variant {
        /** As Maven makes it: in a jar, which stays open, so that classes can be loaded without a descriptor. */
        IN_A_JAR(false, true, ""),
        /** As an IDE runs it, where each class that is loaded needs a descriptor, and exhausted by its first clients. */
        IN_A_DIRECTORY_AND_NEW(true, false, ""),
        /** The same, with a server socket and a loop of the application's; those refused get a reply. */
        DROP_IN_IN_A_DIRECTORY_AND_NEW(true, false, ExhaustedServer.REPLY, "reply", "drop-in"),
        /** With a thread that takes each descriptor that comes free, for a moment, the reserve's too. */
        BESIDE_A_SNATCHER(false, true, "", "snatcher");

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        final Server server;

        Variant(boolean inDirectory, boolean warm, String reply, String... arguments) {
            server = new Server(ExhaustedServer.class, inDirectory, warm, reply, List.of(arguments));
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientsAreAnsweredAllAlongAndItComesBack(Variant variant, @TempDir Path directory, TestReporter reporter)
            throws Exception {
        assertAnswersAllAlongAndComesBack(variant.server, FLOOD, directory, reporter);
    }

    @Test
    void silentClientsMakeRoomInAServerWhoseClassesNeedDescriptorsToBeLoaded(@TempDir Path directory) throws Exception {
        assertSilentOnesMakeRoom(new Server(ExhaustedServer.class, true, false, "", List.of("room")), directory);
    }
}
