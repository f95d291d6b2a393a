package io.supercloud.image.internal.volume;

import io.supercloud.image.BaseNames;
import io.supercloud.image.VolumeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The immutable content under a volume. Safe for use by many threads. */
public interface BaseImage {
    long sizeBytes();

    /** Fills {@code target} with what is at {@code offset}, zeroes beyond the end; false where some of it is not here. */
    boolean read(long offset, ByteBuffer target) throws IOException;

    /** As {@link #read} where the content is in memory; otherwise false. */
    boolean readNow(long offset, ByteBuffer target);

    /** Whether the range is known to hold zeroes alone. */
    boolean isHole(long offset, long length);

    /** How many blocks are not here yet. */
    default long missingBlocks() {
        return 0;
    }

    /** The first chunk from {@code from} on that is not wholly here, or -1. */
    default int nextMissingChunk(int from) {
        return -1;
    }

    /** What it can be fetched from beside the source of the volume over it, and before that. */
    default Optional<VolumeSource> home() {
        return Optional.empty();
    }

    /**
     * Makes a range be here. Blocks until it is.
     *
     * @return how many bytes came from the source
     */
    default long fetch(long offset, long length, VolumeSource from) throws IOException {
        return 0;
    }

    /**
     * Reads a chunk as it is on the disk, where it is wholly here, and verifies it.
     *
     * @return how many blocks that were
     */
    default int verify(int chunk) throws IOException {
        return 0;
    }

    /** As {@link VolumeSource#baseNames}. */
    default BaseNames names(int first) throws IOException {
        throw new IOException("this image is not sent: it is in memory, and on every host");
    }

    /** As {@link VolumeSource#baseDigests}, of a chunk that is wholly here and not all zeroes. */
    default byte[] digests(int chunk) throws IOException {
        throw new IOException("this image has no chunk %d".formatted(chunk));
    }

    /** As {@link VolumeSource#baseBlocks}, of a chunk that is wholly here and not all zeroes. */
    default byte[] blocks(int chunk, long[] wanted) throws IOException {
        throw new IOException("this image has no chunk %d".formatted(chunk));
    }
}
