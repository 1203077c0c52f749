package io.acceptor.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import org.junit.jupiter.api.Test;

/** The leak detection of this module's tests is on, and its detector is ours. */
class LeakCheckTest {
    @Test
    void everyBufferIsTracked() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        assertThat(System.getProperty("io.netty.customResourceLeakDetector")).isEqualTo(LeakRecorder.class.getName());
    }

    /** In a detector of its own, which is not what {@link LeakCheck} asks. */
    @Test
    void lostBufferIsFound() {
        StringBuilder found = new StringBuilder();
        ResourceLeakDetector<Object> detector = new ResourceLeakDetector<>(Object.class, 1) {
            @Override
            protected void reportTracedLeak(String resourceType, String records) {
                found.append(resourceType);
            }

            @Override
            protected void reportUntracedLeak(String resourceType) {
                found.append(resourceType);
            }
        };
        detector.track(new Object());
        await().untilAsserted(() -> {
            System.gc();
            detector.track(ByteBufAllocator.DEFAULT);
            assertThat(found.toString()).startsWith("Object");
        });
    }
}
