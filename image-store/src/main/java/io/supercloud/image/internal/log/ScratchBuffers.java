package io.supercloud.image.internal.log;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/** Direct buffers that are used again; more than it keeps may be out at a time. */
final class ScratchBuffers {
    private static final int MAX_KEPT = 16;

    private final ArrayBlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(MAX_KEPT);
    private final int bytes;

    ScratchBuffers(int bytes) {
        this.bytes = bytes;
    }

    ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        return buffer == null ? ByteBuffer.allocateDirect(bytes) : buffer;
    }

    void giveBack(ByteBuffer buffer) {
        free.offer(buffer);
    }
}
