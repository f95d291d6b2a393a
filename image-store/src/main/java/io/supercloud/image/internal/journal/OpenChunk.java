package io.supercloud.image.internal.journal;

import io.supercloud.image.ledger.LedgerWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A chunk that is being written to, with what its index will be. To be used under the lock of {@link JournalFeed}. */
final class OpenChunk {
    private final int number;
    private final LedgerWriter writer;
    private final Executor closing;
    private final List<JournalEntry.Item> index = new ArrayList<>();
    private int entries;
    private long bytes;
    private boolean failed;
    private boolean grouped;
    private boolean used;

    OpenChunk(int number, LedgerWriter writer, Executor closing) {
        this.number = number;
        this.writer = writer;
        this.closing = closing;
    }

    int number() {
        return number;
    }

    boolean isFull() {
        return bytes >= JournalFeed.CHUNK_BYTES || index.size() >= JournalFeed.CHUNK_RECORDS - Short.MAX_VALUE;
    }

    boolean hasFailed() {
        return failed;
    }

    /** Whether anything of it is durable. */
    boolean isUsed() {
        return used;
    }

    void use() {
        used = true;
    }

    void fail() {
        failed = true;
    }

    CompletableFuture<Void> append(JournalEntry entry, ByteBuffer encoded) {
        grouped = grouped || entry.has(JournalEntry.MORE) || entry.has(JournalEntry.LAST);
        int slot = 0;
        for (JournalEntry.Item item : entry.items()) {
            index.add(new JournalEntry.Item(item.record(), entries, item.hasContent() ? slot++ : 0));
        }
        entries++;
        bytes += encoded.remaining();
        return writer.append(encoded.duplicate());
    }

    /** Nothing more is appended: ends the chunk, with its index where each of its entries counts by itself. */
    void end(long serial) {
        if (failed || grouped || entries == 0) {
            closing.execute(writer::close);
            return;
        }
        JournalEntry last = new JournalEntry(serial, JournalEntry.INDEX, index, ByteBuffer.allocate(0));
        writer.append(last.encode()).whenComplete((done, problem) -> closing.execute(writer::close));
    }
}
