package io.supercloud.image;

import java.io.IOException;

/**
 * What a copy of a volume serves to the copy on another host. Every method blocks and may be called by many threads at
 * a time. {@link IOException} means that the connection broke or the other side failed: the caller tries again for a
 * bounded time.
 *
 * <p>A version is {@code epoch << 40 | sequence}; it is given once and for one content of one block, so versions order
 * all writes of a volume over all hosts, and a version is a cursor as well: the changes after it are the blocks with
 * higher versions.
 */
public interface VolumeSource {
    int MAX_CHANGES = 65_536;
    int MAX_BLOCKS = 256;
    /** How many chunks of an image one answer names. */
    int MAX_NAMES = 16_384;
    /** How many stretches one answer names. */
    int MAX_STRETCHES = 65_536;
    /** What {@link #hottest} and an image's chunks divide a volume into. */
    int STRETCH_BYTES = 1 << 20;

    /**
     * The blocks with versions above {@code cursor}, lowest first in that a following call with the returned cursor
     * brings the rest; 0 begins with all blocks that were ever written.
     */
    Changes changesAfter(long cursor) throws IOException;

    /**
     * The content of at most {@link #MAX_BLOCKS} blocks as this side has it now. It asks its own source for what it
     * lacks itself.
     */
    BlockData read(long[] blocks) throws IOException;

    /** The chunks of the base image from number {@code first} on. */
    BaseNames baseNames(int first) throws IOException;

    /** The SHA-256 of each block of a chunk of the base image, one behind the other. */
    byte[] baseDigests(int chunk) throws IOException;

    /**
     * Blocks of a chunk of the base image, one behind the other.
     *
     * @param wanted a bit for each block, as {@link java.util.BitSet#toLongArray} has them
     */
    byte[] baseBlocks(int chunk, long[] wanted) throws IOException;

    /** The numbers of the stretches that were touched, those that are touched most first; at most {@link #MAX_STRETCHES}. */
    int[] hottest() throws IOException;
}
