package io.acceptor;

import java.nio.ByteBuffer;

/** Buffers that are written once and sent many times. */
final class ByteBuffers {
    private ByteBuffers() {}

    /** A read-only direct copy: direct, so that the JDK does not copy it again on every send. */
    static ByteBuffer directCopy(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer();
    }
}
