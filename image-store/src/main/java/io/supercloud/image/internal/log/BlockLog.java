package io.supercloud.image.internal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * An append-only list of records. The last record of a block is the one that counts.
 *
 * <p>{@link #append}, {@link #commit}, {@link #live}, {@link #dead} and {@link #remove} are called under one lock of the caller's; everything else may
 * be called by many threads at a time, beside them. Every method but {@code append} and {@code dead} blocks on I/O.
 */
public interface BlockLog extends AutoCloseable {
    int BLOCK_BYTES = 4096;
    /** How many records one {@link #read} takes, and how many one {@link #commit} holds without an I/O in between. */
    int MAX_RUN_RECORDS = 64;

    /** Passes every record to {@code visitor}, oldest first; called once, before anything else. */
    void replay(Visitor visitor) throws IOException;

    /**
     * Stages one record and returns its location, which is readable after {@link #commit}.
     *
     * @param data for {@link RecordKind#DATA} {@link #BLOCK_BYTES} remaining bytes, which are consumed; otherwise null
     */
    long append(RecordKind kind, long block, long version, ByteBuffer data) throws IOException;

    /**
     * Writes what is staged: it then survives the death of this process. Where it throws, the staged records are
     * dropped.
     */
    void commit() throws IOException;

    /** Drops what is staged. */
    void dropStaged();

    /** Returns when all that was committed before the call survives the loss of power. */
    void force() throws IOException;

    /**
     * Reads {@code count} DATA records that lie one behind the other, or one record of another kind.
     *
     * @return false where the segment has been cleaned away: look the block's location up again
     * @throws CorruptRecordException where a record is not as it was written
     */
    boolean read(long location, int count, Reader reader) throws IOException;

    /** The location that a record right behind the DATA record at {@code location} has. */
    long following(long location);

    /** Notes that the record at {@code location} counts. */
    void live(long location);

    /** Notes that the record at {@code location} counts no more. */
    void dead(long location);

    /** Whether dead records take space until their segment is cleaned. */
    boolean needsCleaning();

    /** The segment that is worth cleaning most, where one is worth it. */
    OptionalInt victim();

    /** Passes the sound records of one full segment to {@code visitor}. */
    void visit(int segment, Visitor visitor) throws IOException;

    /**
     * Deletes a segment whose live records all have been appended anew and forced. Where a live record is left, because
     * it is damaged, the segment is kept and never is a {@link #victim} again.
     */
    void remove(int segment) throws IOException;

    long bytes();

    long liveBytes();

    @Override
    void close();

    /** Gets records in turn; {@code data} is only valid during the call and null for other kinds than DATA. */
    @FunctionalInterface
    interface Visitor {
        void record(RecordHeader header, long location, ByteBuffer data) throws IOException;
    }

    /** Copies a log that stands still, and ends the copy with a state record. */
    @FunctionalInterface
    interface Copier {
        void copy(BlockLog log, long state, long version) throws IOException;
    }

    /** Gets the records of one read in turn; {@code data} is only valid during the call and empty for other kinds. */
    @FunctionalInterface
    interface Reader {
        void record(RecordHeader header, ByteBuffer data);
    }
}
