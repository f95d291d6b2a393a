package io.supercloud.image.internal.volume;

import java.nio.ByteBuffer;

/** Zeroes for buffers. */
public final class Zeroes {
    private static final ByteBuffer PAGE = ByteBuffer.allocateDirect(65_536).asReadOnlyBuffer();

    private Zeroes() {}

    /** Whether all that remains in {@code content} is zero; nothing is consumed. */
    public static boolean areAll(ByteBuffer content) {
        for (int at = content.position(); at < content.limit(); at += PAGE.capacity()) {
            int length = Math.min(PAGE.capacity(), content.limit() - at);
            if (content.slice(at, length).mismatch(PAGE.slice(0, length)) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Fills what remains in {@code target}. */
    public static void fill(ByteBuffer target) {
        while (target.hasRemaining()) {
            target.put(PAGE.slice(0, Math.min(PAGE.capacity(), target.remaining())));
        }
    }
}
