package io.supercloud.image.internal.journal;

import io.supercloud.image.internal.log.LogRecord;
import io.supercloud.image.ledger.LedgerException;
import io.supercloud.image.ledger.LedgerReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A chunk in memory: as one that was in a ledger, and has ended. For one thread. */
public final class PackedChunk implements LedgerReader {
    private static final int MOST_RECORDS = JournalFeed.CHUNK_RECORDS - Short.MAX_VALUE;
    private static final int ENTRY_RECORDS = 256;

    private final long serial;
    private final List<ByteBuffer> entries = new ArrayList<>();
    private final List<JournalEntry.Item> index = new ArrayList<>();
    private final Batch batch = new Batch();
    private long bytes;

    public PackedChunk(long serial) {
        this.serial = serial;
    }

    /** Adds a record without content. */
    public void add(LogRecord record) {
        batch.add(record);
        endEntryWhereFull();
    }

    /** Adds a record with content, which must not change any more. */
    public void add(LogRecord record, ByteBuffer block) {
        batch.add(record, block);
        endEntryWhereFull();
    }

    public boolean isEmpty() {
        return entries.isEmpty() && batch.isEmpty();
    }

    public boolean isFull() {
        return bytes >= JournalFeed.CHUNK_BYTES || index.size() >= MOST_RECORDS;
    }

    private void endEntryWhereFull() {
        if (batch.size() == ENTRY_RECORDS) {
            endEntry();
        }
    }

    private void endEntry() {
        if (batch.isEmpty()) {
            return;
        }
        JournalEntry entry = batch.entry(serial, 0);
        int slot = 0;
        for (JournalEntry.Item item : entry.items()) {
            index.add(new JournalEntry.Item(item.record(), entries.size(), item.hasContent() ? slot++ : 0));
        }
        append(entry);
        batch.clear();
    }

    private void append(JournalEntry entry) {
        ByteBuffer encoded = entry.encode();
        bytes += encoded.remaining();
        entries.add(encoded);
    }

    /** Nothing is added any more. */
    PackedChunk end() {
        endEntry();
        append(new JournalEntry(serial, JournalEntry.INDEX, index, ByteBuffer.allocate(0)));
        return this;
    }

    int bytes() {
        return Math.toIntExact(bytes);
    }

    @Override
    public long entries() {
        return entries.size();
    }

    @Override
    public List<ByteBuffer> read(long first, long last) throws LedgerException.Missing {
        if (first < 0 || last < first || last >= entries()) {
            throw new LedgerException.Missing("the chunk has no entries from %d to %d".formatted(first, last));
        }
        return entries.subList((int) first, (int) last + 1).stream()
                .map(ByteBuffer::duplicate)
                .toList();
    }

    @Override
    public void close() {}
}
