package io.supercloud.image.internal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file at a {@link Disk}. Safe for use by many threads; the interruption of one does no harm to the others. */
public interface DiskFile extends AutoCloseable {
    Path path();

    /**
     * Fills {@code target} from {@code position} on.
     *
     * @throws java.io.EOFException where the file ends before
     */
    void read(long position, ByteBuffer target) throws IOException;

    /** As {@link #read} where all of it is in memory; otherwise false, and {@code target} is undefined. */
    boolean readNow(long position, ByteBuffer target);

    /** Writes all of {@code source}; what is written where this throws is undefined. */
    void write(long position, ByteBuffer source) throws IOException;

    /** Makes all that was written durable. */
    void force() throws IOException;

    long size() throws IOException;

    @Override
    void close() throws IOException;
}
