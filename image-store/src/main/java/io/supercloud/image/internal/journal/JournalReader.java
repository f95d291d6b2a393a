package io.supercloud.image.internal.journal;

import io.supercloud.image.internal.log.BlockLog;
import io.supercloud.image.ledger.LedgerReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads a journal whose chunks have ended, or will not be written to by this process. Safe for use by many threads. */
public final class JournalReader implements AutoCloseable {
    /** At most so many entries are in memory at once. */
    private static final int WINDOW_ENTRIES = 8;

    private final VolumeJournal journal;
    private final JournalRecord record;
    private final Map<Integer, LedgerReader> readers = new TreeMap<>();
    private int cachedChunk;
    private JournalEntry cached;
    private int cachedEntry;

    public JournalReader(VolumeJournal journal, JournalRecord record) {
        this.journal = journal;
        this.record = record;
    }

    /** Gets records in turn. */
    @FunctionalInterface
    public interface Visitor {
        void record(JournalEntry.Item item, int chunk) throws IOException;
    }

    /** Passes on all that counts; of a block the record with the highest version is the one that counts. */
    public void replay(Visitor visitor) throws IOException {
        Group group = new Group(visitor);
        for (JournalRecord.Chunk chunk : record.chunks()) {
            replay(chunk, group);
        }
    }

    /** Passes on the records of one chunk, whether those count that belong to each other or not. */
    public void replayAlone(JournalRecord.Chunk chunk, Visitor visitor) throws IOException {
        LedgerReader reader = reader(chunk);
        JournalEntry index = index(reader, chunk.number());
        if (index != null) {
            pass(index.items(), chunk.number(), visitor);
            return;
        }
        visitEntries(reader, chunk.number(), entry -> pass(entry.items(), chunk.number(), visitor));
    }

    /** Reads all of a chunk; throws where it is not as it was written. */
    public void verify(JournalRecord.Chunk chunk) throws IOException {
        LedgerReader reader = reader(chunk);
        index(reader, chunk.number());
        visitEntries(reader, chunk.number(), entry -> {});
    }

    private void replay(JournalRecord.Chunk chunk, Group group) throws IOException {
        LedgerReader reader = reader(chunk);
        JournalEntry index = index(reader, chunk.number());
        if (index != null) {
            group.drop();
            pass(index.items(), chunk.number(), group.visitor);
            return;
        }
        visitEntries(reader, chunk.number(), entry -> group.take(entry, chunk.number()));
    }

    private JournalEntry index(LedgerReader reader, int chunk) throws IOException {
        long last = reader.entries() - 1;
        if (last < 0) {
            return null;
        }
        JournalEntry entry = decode(reader.read(last, last).getFirst(), (int) last, chunk);
        return entry.has(JournalEntry.INDEX) ? entry : null;
    }

    private JournalEntry decode(ByteBuffer bytes, int number, int chunk) throws IOException {
        return JournalEntry.read(bytes, number, record.serial(chunk));
    }

    /** Gets entries in turn. */
    @FunctionalInterface
    private interface EntryVisitor {
        void entry(JournalEntry entry) throws IOException;
    }

    private void visitEntries(LedgerReader reader, int chunk, EntryVisitor visitor) throws IOException {
        for (long from = 0; from < reader.entries(); from += WINDOW_ENTRIES) {
            long last = Math.min(from + WINDOW_ENTRIES, reader.entries()) - 1;
            int number = (int) from;
            for (ByteBuffer bytes : reader.read(from, last)) {
                JournalEntry entry = decode(bytes, number, chunk);
                if (!entry.has(JournalEntry.INDEX)) {
                    visitor.entry(entry);
                }
                number++;
            }
        }
    }

    private static void pass(List<JournalEntry.Item> items, int chunk, Visitor visitor) throws IOException {
        for (JournalEntry.Item item : items) {
            visitor.record(item, chunk);
        }
    }

    /** Keeps entries back until the last of those is there that count together. */
    private static final class Group {
        private record Kept(JournalEntry.Item item, int chunk) {}

        private final Visitor visitor;
        private final List<Kept> kept = new ArrayList<>();
        private boolean open;

        private Group(Visitor visitor) {
            this.visitor = visitor;
        }

        private void drop() {
            kept.clear();
            open = false;
        }

        private void take(JournalEntry entry, int chunk) throws IOException {
            if (entry.has(JournalEntry.FIRST)) {
                drop();
            }
            open = open || entry.has(JournalEntry.MORE);
            if (!open) {
                pass(entry.items(), chunk, visitor);
                return;
            }
            entry.items().forEach(item -> kept.add(new Kept(item, chunk)));
            if (entry.has(JournalEntry.LAST)) {
                for (Kept each : kept) {
                    visitor.record(each.item(), each.chunk());
                }
                drop();
            }
        }
    }

    /** The content of a record as it is in the journal: the caller verifies it. */
    public synchronized ByteBuffer read(int chunk, int entry, int slot) throws IOException {
        if (cached == null || cachedChunk != chunk || cachedEntry != entry) {
            JournalRecord.Chunk found = record.chunks().stream()
                    .filter(each -> each.number() == chunk)
                    .findFirst()
                    .orElseThrow(() -> new IOException("the journal has no chunk %d".formatted(chunk)));
            cached = decode(reader(found).read(entry, entry).getFirst(), entry, chunk);
            cachedChunk = chunk;
            cachedEntry = entry;
        }
        if ((long) slot * BlockLog.BLOCK_BYTES >= cached.content().remaining()) {
            throw new IOException("entry %d of chunk %d has no block %d".formatted(entry, chunk, slot));
        }
        return cached.content().slice(slot * BlockLog.BLOCK_BYTES, BlockLog.BLOCK_BYTES);
    }

    private synchronized LedgerReader reader(JournalRecord.Chunk chunk) throws IOException {
        LedgerReader known = readers.get(chunk.number());
        if (known == null) {
            known = journal.read(record, chunk);
            readers.put(chunk.number(), known);
        }
        return known;
    }

    @Override
    public synchronized void close() {
        readers.values().forEach(LedgerReader::close);
        readers.clear();
        cached = null;
    }
}
