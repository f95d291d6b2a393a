package io.supercloud.image.internal.log;

/**
 * Where a block's newest record is, with its kind, in one long; 0 is "no record: as in the base image". Of a record with
 * content it is the place of the content, otherwise that of the record.
 */
public final class Location {
    public static final long NONE = 0;
    private static final int KIND_SHIFT = 60;
    private static final int INDEX_BITS = 24;
    private static final long POSITION_MASK = (1L << KIND_SHIFT) - 1;

    private Location() {}

    public static long of(RecordKind kind, long position) {
        return (long) kind.code() << KIND_SHIFT | position;
    }

    /** The place {@code index} in a segment, in an order of all places of the log. */
    static long position(int segment, int index) {
        return (long) segment << INDEX_BITS | index;
    }

    /** What the record says; {@link RecordKind#BASE} where there is no record. */
    public static RecordKind kind(long location) {
        return location == NONE ? RecordKind.BASE : RecordKind.of((int) (location >>> KIND_SHIFT));
    }

    public static long position(long location) {
        return location & POSITION_MASK;
    }

    static int segment(long location) {
        return (int) (position(location) >>> INDEX_BITS);
    }

    static int index(long location) {
        return (int) location & (1 << INDEX_BITS) - 1;
    }

    /** How much of the disk the record takes. */
    static int recordBytes(long location) {
        return Entry.BYTES + (kind(location) == RecordKind.DATA ? BlockLog.BLOCK_BYTES : 0);
    }

    /** The location of content that lies {@code count} places behind that at {@code location}. */
    public static long following(long location, int count) {
        return location + count;
    }
}
