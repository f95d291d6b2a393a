package io.supercloud.image.internal.log;

/**
 * One record of the log.
 *
 * @param block the block's number; for {@link RecordKind#STATE} the state, for {@link RecordKind#FORCED} a position
 * @param version the block's version; in a STATE record the highest version given so far
 * @param checksum of the block's content for {@link RecordKind#DATA}, otherwise 0
 */
public record LogRecord(RecordKind kind, long block, long version, int checksum) {
    /** A record of a block without content. */
    public static LogRecord of(RecordKind kind, long block, long version) {
        return new LogRecord(kind, block, version, 0);
    }
}
