package io.acceptor.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.acceptor.contract.NamespaceJvm;
import io.acceptor.contract.RestartsUnderLoad;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A port that several listeners share, in network namespaces made for it. */
@Timeout(120)
class SharedPortIT {
    @Test
    void severalAcceptorsGetAnyFreePortWhoeverTakesPortsBeside() throws Exception {
        assertThat(NamespaceJvm.run(SharedPort.class, "ports")).containsExactly("200 started");
    }

    @Test
    void aSuccessorThatJoinsThePortLosesNoClientThatTheKernelDoesNotReset() throws Exception {
        RestartsUnderLoad.assertHardlyNoticed(NamespaceJvm.run(SharedPort.class, "restarts"), 0);
    }
}
