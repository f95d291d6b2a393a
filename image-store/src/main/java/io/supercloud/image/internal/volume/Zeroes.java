package io.supercloud.image.internal.volume;

import java.nio.ByteBuffer;

/** Zeroes for buffers. */
public final class Zeroes {
    private static final ByteBuffer PAGE = ByteBuffer.allocateDirect(65_536).asReadOnlyBuffer();

    private Zeroes() {}

    /** Fills what remains in {@code target}. */
    public static void fill(ByteBuffer target) {
        while (target.hasRemaining()) {
            target.put(PAGE.slice(0, Math.min(PAGE.capacity(), target.remaining())));
        }
    }
}
