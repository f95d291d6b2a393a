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
}
