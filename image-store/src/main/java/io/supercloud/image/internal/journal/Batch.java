package io.supercloud.image.internal.journal;

import io.supercloud.image.internal.log.BlockLog;
import io.supercloud.image.internal.log.LogRecord;
import io.supercloud.image.internal.log.RecordKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Records that are to be appended to a journal, with a copy of their content. */
public final class Batch {
    private final List<LogRecord> records = new ArrayList<>();
    private final List<ByteBuffer> content = new ArrayList<>();
    private int contentBytes;

    /** Adds a record without content. */
    public void add(LogRecord record) {
        records.add(record);
    }

    /** Adds a record of {@link RecordKind#DATA}; {@code block} must not change until the batch was appended. */
    public void add(LogRecord record, ByteBuffer block) {
        records.add(record);
        content.add(block);
        contentBytes += BlockLog.BLOCK_BYTES;
    }

    public boolean isEmpty() {
        return records.isEmpty();
    }

    public int size() {
        return records.size();
    }

    /** How many bytes it takes in the journal. */
    public int bytes() {
        return JournalEntry.bytes(records.size(), contentBytes);
    }

    public void clear() {
        records.clear();
        content.clear();
        contentBytes = 0;
    }

    List<LogRecord> records() {
        return records;
    }

    JournalEntry entry(long serial, int flags) {
        List<JournalEntry.Item> items = records.stream()
                .map(record -> new JournalEntry.Item(record, 0, 0))
                .toList();
        ByteBuffer all = ByteBuffer.allocate(contentBytes);
        content.forEach(block -> all.put(block.duplicate()));
        return new JournalEntry(serial, flags, items, all.flip());
    }
}
