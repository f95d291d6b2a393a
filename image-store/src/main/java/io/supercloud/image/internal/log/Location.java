package io.supercloud.image.internal.log;

/** Where a block's newest record is, with its kind, in one long; 0 is "no record: as in the base image". */
public final class Location {
    public static final long NONE = 0;
    private static final int KIND_SHIFT = 60;
    private static final int OFFSET_BITS = 24;
    private static final long POSITION_MASK = (1L << KIND_SHIFT) - 1;

    private Location() {}

    static long of(RecordKind kind, long position) {
        return (long) kind.code() << KIND_SHIFT | position;
    }

    static long of(RecordKind kind, int segment, int offset) {
        return of(kind, (long) segment << OFFSET_BITS | offset);
    }

    /** What the record says; {@link RecordKind#BASE} where there is no record. */
    public static RecordKind kind(long location) {
        return location == NONE ? RecordKind.BASE : RecordKind.of((int) (location >>> KIND_SHIFT));
    }

    static long position(long location) {
        return location & POSITION_MASK;
    }

    static int segment(long location) {
        return (int) (position(location) >>> OFFSET_BITS);
    }

    static int offset(long location) {
        return (int) location & (1 << OFFSET_BITS) - 1;
    }

    static int recordBytes(long location) {
        return RecordHeader.BYTES + (kind(location) == RecordKind.DATA ? BlockLog.BLOCK_BYTES : 0);
    }
}
