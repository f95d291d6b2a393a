package io.supercloud.image.internal.volume;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The immutable content under a volume. Safe for use by many threads. */
public interface BaseImage {
    long sizeBytes();

    /** Fills {@code target} with what is at {@code offset}; zeroes beyond the end. */
    void read(long offset, ByteBuffer target) throws IOException;

    /** As {@link #read} where the content is in memory; otherwise false. */
    boolean readNow(long offset, ByteBuffer target);

    /** Whether the range is known to hold zeroes alone. */
    boolean isHole(long offset, long length);
}
