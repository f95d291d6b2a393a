package io.supercloud.image.internal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An append-only list of records. The last record of a block is the one that counts.
 *
 * <p>{@link #stageContent}, {@link #stage}, {@link #commit}, {@link #dropStaged}, {@link #live}, {@link #dead}, {@link
 * #release} and {@link #victim} are called under one lock of the caller's; everything else may be called by many threads at a time, beside them.
 */
public interface BlockLog extends AutoCloseable {
    int BLOCK_BYTES = 4096;
    /** How many records one {@link #commit} holds, and how many blocks one {@link #stageContent} takes. */
    int MAX_STAGED = 256;

    /** Passes every record to {@code visitor}, oldest first; called once, before anything else. */
    void replay(Visitor visitor) throws IOException;

    /**
     * Stages whole blocks of content, which must not change until {@link #commit}.
     *
     * @return the location of the first; the others follow it
     */
    long stageContent(ByteBuffer blocks) throws IOException;

    /**
     * Stages a record and returns its location, which counts after {@link #commit}.
     *
     * @param content the location of its content for {@link RecordKind#DATA}, otherwise {@link Location#NONE}
     */
    long stage(LogRecord record, long content) throws IOException;

    /**
     * Writes what is staged: it then survives the death of this process. Where it throws, the staged records are
     * dropped.
     */
    void commit() throws IOException;

    /** Drops what is staged. */
    void dropStaged();

    /** Returns when all that was committed before the call is as durable as the volume's policy wants. */
    void force() throws IOException;

    /** As {@link #force}, against a loss of power of this host alone. */
    default void forceHere() throws IOException {
        force();
    }

    /** What of the log is on this host. */
    default BlockLog here() {
        return this;
    }

    /**
     * Fills {@code target} with the content of the blocks that lie one behind the other from {@code location} on, as it is
     * on the disk: the caller verifies it.
     *
     * @return false where the segment has been given up: look the block's location up again
     */
    boolean read(long location, ByteBuffer target) throws IOException;

    /** As {@link #read} where the content is in memory; otherwise false. */
    boolean readNow(long location, ByteBuffer target);

    /** What is wrong where the content at {@code location} is not as it was written. */
    CorruptRecordException damage(long location);

    /** Notes that the record at {@code location} counts. */
    void live(long location);

    /** Notes that the record at {@code location} counts no more. */
    void dead(long location);

    /** From now on little is left to {@link #force}: somebody will soon wait for it. Returns at once. */
    void forceEagerly();

    /** How much is in segments without live records, which wait for a {@link #force} and then a {@link #release}. */
    long deadBytes();

    /** Gives up the segments without live records that may be. */
    void release();

    /** How it is read in its order; empty where it is not on a disk. */
    default Optional<LogTail> tail() {
        return Optional.empty();
    }

    /** Whether dead records take space until what is live beside them has been staged anew. */
    boolean needsCleaning();

    /** The segment that is worth cleaning most, where one is worth it. A segment without live records goes by itself. */
    OptionalInt victim();

    /** Passes the records of one full segment to {@code visitor}. */
    void visit(int segment, Visitor visitor) throws IOException;

    /** Never offers a segment as a victim again: what is live in it is damaged. */
    void keep(int segment);

    long bytes();

    long liveBytes();

    @Override
    void close();

    /** Gets records in turn. */
    @FunctionalInterface
    interface Visitor {
        void record(LogRecord record, long location) throws IOException;
    }

    /** Copies a log that stands still, and ends the copy with a state record. */
    @FunctionalInterface
    interface Copier {
        void copy(BlockLog log, LogRecord state) throws IOException;
    }
}
