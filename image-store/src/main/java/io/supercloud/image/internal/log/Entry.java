package io.supercloud.image.internal.log;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A record as it stands in the index of a segment; layout in the package's document.
 *
 * @param slot where the content of a {@link RecordKind#DATA} record is; in the first entry of a segment, how many entries the
 *     segment before it has
 * @param attempt how many times the segment was written to before; a record of a failed attempt may stand behind later ones
 */
record Entry(LogRecord record, int slot, int attempt) {
    static final int BYTES = 32;
    private static final int CHECKED_BYTES = BYTES - Integer.BYTES;
    private static final int KIND_SHIFT = 56;
    private static final long BLOCK_MASK = (1L << KIND_SHIFT) - 1;
    /** Odd: so different segments never agree, and an entry is not taken for one of another use of the same file. */
    private static final int SEGMENT_FACTOR = 0x9e3779b1;
    /** Times {@link #SEGMENT_FACTOR} it is 1, modulo 2^32. */
    private static final int SEGMENT_DIVISOR = 0x0e8b2f51;

    void write(ByteBuffer target, int segment) {
        int start = target.position();
        target.putLong((long) record.kind().code() << KIND_SHIFT | record.block())
                .putLong(record.version())
                .putInt(slot)
                .putInt(record.checksum())
                .putInt(attempt)
                .putInt(check(target, start, segment));
    }

    private static int check(ByteBuffer buffer, int start, int segment) {
        return Checksum.of(buffer, start, CHECKED_BYTES) ^ segment * SEGMENT_FACTOR;
    }

    /** The segment that an entry at {@code at} would be sound in; 0 where there is none. */
    static int segment(ByteBuffer source, int at) {
        boolean isRecord = RecordKind.of((int) (source.getLong(at) >>> KIND_SHIFT)) != null;
        return isRecord ? (source.getInt(at + CHECKED_BYTES) ^ check(source, at, 0)) * SEGMENT_DIVISOR : 0;
    }

    /** The entry at {@code at}, or null where there is no sound one of this segment. */
    static Entry read(ByteBuffer source, int at, int segment) {
        if (source.getInt(at + CHECKED_BYTES) != check(source, at, segment)) {
            return null;
        }
        long kindAndBlock = source.getLong(at);
        RecordKind kind = RecordKind.of((int) (kindAndBlock >>> KIND_SHIFT));
        if (kind == null) {
            return null;
        }
        LogRecord record =
                new LogRecord(kind, kindAndBlock & BLOCK_MASK, source.getLong(at + 8), source.getInt(at + 20));
        return new Entry(record, source.getInt(at + 16), source.getInt(at + 24));
    }

    /** The records at the beginning of an index, up to one that is none, or that a failed attempt left. */
    static List<Entry> readAll(ByteBuffer index, int segment) {
        List<Entry> found = new ArrayList<>();
        int attempt = 0;
        for (int at = 0; at < index.limit(); at += BYTES) {
            Entry entry = read(index, at, segment);
            if (entry == null || entry.attempt < attempt) {
                break;
            }
            attempt = entry.attempt;
            found.add(entry);
        }
        return found;
    }

    /** Where the record is that stands at {@code index} of a segment. */
    long location(int segment, int index) {
        int place = record.kind() == RecordKind.DATA ? slot : index;
        return Location.of(record.kind(), Location.position(segment, place));
    }
}
