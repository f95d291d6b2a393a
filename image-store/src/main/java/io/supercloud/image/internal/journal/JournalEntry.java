package io.supercloud.image.internal.journal;

import io.supercloud.image.internal.log.BlockLog;
import io.supercloud.image.internal.log.Checksum;
import io.supercloud.image.internal.log.LogRecord;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One entry of a chunk; layout in the package's document.
 *
 * @param content of the {@link RecordKind#DATA} records, one behind the other
 */
public record JournalEntry(long serial, int flags, List<Item> items, ByteBuffer content) {
    /** The next entry counts with this one or not at all. */
    public static final int MORE = 1;
    /** What an earlier owner began, and did not finish, does not count. */
    public static final int FIRST = 2;
    /** The records of all entries before. */
    public static final int INDEX = 4;
    /** The last of those that count together. */
    public static final int LAST = 8;

    private static final int MAGIC = 0x53434a31;
    private static final int KNOWN_FLAGS = MORE | FIRST | INDEX | LAST;
    private static final int HEADER_BYTES = 24;
    private static final int CHECKSUM_AT = 20;
    private static final int ITEM_BYTES = 28;
    private static final int KIND_SHIFT = 56;
    private static final long BLOCK_MASK = (1L << KIND_SHIFT) - 1;

    /** A record, and where its content is: in which entry of the chunk, and as which block there. */
    public record Item(LogRecord record, int entry, int slot) {
        boolean hasContent() {
            return record.kind() == RecordKind.DATA;
        }
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** How many bytes an entry of so many records and bytes of content takes. */
    static int bytes(int records, int contentBytes) {
        return HEADER_BYTES + records * ITEM_BYTES + contentBytes;
    }

    ByteBuffer encode() {
        ByteBuffer target = ByteBuffer.allocate(bytes(items.size(), content.remaining()));
        target.putInt(MAGIC).putInt(flags).putLong(serial).putInt(items.size()).putInt(0);
        for (Item item : items) {
            LogRecord record = item.record();
            target.putLong((long) record.kind().code() << KIND_SHIFT | record.block())
                    .putLong(record.version())
                    .putInt(record.checksum())
                    .putInt(has(INDEX) ? item.entry() : 0)
                    .putInt(has(INDEX) ? item.slot() : 0);
        }
        int end = target.position();
        target.put(content.duplicate()).flip();
        return target.putInt(CHECKSUM_AT, check(target, end));
    }

    private static int check(ByteBuffer entry, int end) {
        return Checksum.of(entry, 0, CHECKSUM_AT)
                ^ Integer.rotateLeft(Checksum.of(entry, HEADER_BYTES, end - HEADER_BYTES), 1);
    }

    /**
     * Reads what {@link #encode} wrote as entry {@code number} of its chunk. The content is verified where it is used.
     *
     * @throws IOException where the bytes are no entry of this volume
     */
    static JournalEntry read(ByteBuffer entry, int number, long serial) throws IOException {
        ByteBuffer source = entry.slice();
        if (source.remaining() < HEADER_BYTES || source.getInt(0) != MAGIC) {
            throw new IOException("entry %d is none of a journal".formatted(number));
        }
        int flags = source.getInt(4);
        int count = source.getInt(16);
        int most = (source.remaining() - HEADER_BYTES) / ITEM_BYTES;
        if (count < 0 || count > most || (flags & ~KNOWN_FLAGS) != 0 || source.getLong(8) != serial) {
            throw new IOException("entry %d is of another volume or another version".formatted(number));
        }
        int end = HEADER_BYTES + count * ITEM_BYTES;
        if (source.getInt(CHECKSUM_AT) != check(source, end)) {
            throw new IOException("entry %d is damaged".formatted(number));
        }
        boolean index = (flags & INDEX) != 0;
        List<Item> items = new ArrayList<>(count);
        int slots = 0;
        for (int at = HEADER_BYTES; at < end; at += ITEM_BYTES) {
            Item item = item(source, at, number);
            items.add(index ? item : new Item(item.record(), number, item.hasContent() ? slots++ : 0));
        }
        if (source.remaining() - end != slots * BlockLog.BLOCK_BYTES) {
            throw new IOException("entry %d has not the content of its records".formatted(number));
        }
        return new JournalEntry(serial, flags, items, source.slice(end, slots * BlockLog.BLOCK_BYTES));
    }

    private static Item item(ByteBuffer source, int at, int number) throws IOException {
        long kindAndBlock = source.getLong(at);
        RecordKind kind = RecordKind.of((int) (kindAndBlock >>> KIND_SHIFT));
        if (kind != RecordKind.DATA && kind != RecordKind.ZERO) {
            throw new IOException("entry %d has a record that journals have not".formatted(number));
        }
        LogRecord record =
                new LogRecord(kind, kindAndBlock & BLOCK_MASK, source.getLong(at + 8), source.getInt(at + 16));
        return new Item(record, source.getInt(at + 20), source.getInt(at + 24));
    }
}
