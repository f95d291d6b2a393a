package io.supercloud.image.internal.journal;

import io.supercloud.image.internal.log.Checksum;
import io.supercloud.image.ledger.LedgerException;
import io.supercloud.image.ledger.LedgerReader;
import io.supercloud.image.object.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A chunk of a journal as one object: the entries as they were in the ledger, behind a list of their lengths and checksums. The object is not
 * trusted: what is read is verified, and asked for again a few times. Layout in the package's document.
 */
final class ArchivedChunk implements LedgerReader {
    static final int MAX_TRIES = 3;

    private static final int MAGIC = 0x53434131;
    private static final int HEADER_BYTES = 20;
    private static final int CHECKSUM_AT = 16;
    private static final int ITEM_BYTES = 8;
    /** Each has a record at least, and an index has fewer. */
    private static final int MAX_ENTRIES = 1 << 20;
    /** At most so many entries are read from a ledger at once. */
    private static final int WINDOW_ENTRIES = 8;

    private static final int COMPARED_BYTES = 1 << 20;
    /** One chunk at a time is copied: that takes memory for two. */
    private static final ReentrantLock COPYING = new ReentrantLock();

    private final ObjectStore store;
    private final String key;
    /** Where each entry begins, and where the last one ends. */
    private final long[] starts;

    private final int[] checksums;

    private ArchivedChunk(ObjectStore store, String key, long[] starts, int[] checksums) {
        this.store = store;
        this.key = key;
        this.starts = starts;
        this.checksums = checksums;
    }

    /** Puts a chunk into the store, and returns when it is there as it is here. */
    static void store(ObjectStore store, String key, long serial, LedgerReader chunk) throws IOException {
        COPYING.lock();
        try {
            copy(store, key, pack(serial, chunk));
        } finally {
            COPYING.unlock();
        }
    }

    private static void copy(ObjectStore store, String key, ByteBuffer object) throws IOException {
        store.put(key, object);
        for (int at = 0; at < object.remaining(); at += COMPARED_BYTES) {
            int length = Math.min(COMPARED_BYTES, object.remaining() - at);
            if (!store.read(key, at, length).equals(object.slice(at, length))) {
                throw new IOException("object %s is not in its store as it was put there".formatted(key));
            }
        }
    }

    private static ByteBuffer pack(long serial, LedgerReader chunk) throws IOException {
        List<ByteBuffer> entries = new ArrayList<>();
        for (long from = 0; from < chunk.entries(); from += WINDOW_ENTRIES) {
            entries.addAll(chunk.read(from, Math.min(from + WINDOW_ENTRIES, chunk.entries()) - 1));
        }
        int bytes = entries.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer object = ByteBuffer.allocate(headBytes(entries.size()) + bytes);
        object.putInt(MAGIC).putInt(entries.size()).putLong(serial).putInt(0);
        for (ByteBuffer entry : entries) {
            object.putInt(entry.remaining()).putInt(Checksum.of(entry, entry.position(), entry.remaining()));
        }
        object.putInt(CHECKSUM_AT, check(object, object.position()));
        entries.forEach(object::put);
        return object.flip();
    }

    private static int headBytes(int entries) {
        return HEADER_BYTES + entries * ITEM_BYTES;
    }

    private static int check(ByteBuffer head, int end) {
        return Checksum.of(head, 0, CHECKSUM_AT)
                ^ Integer.rotateLeft(Checksum.of(head, HEADER_BYTES, end - HEADER_BYTES), 1);
    }

    /** Reads the list of the entries. */
    static ArchivedChunk open(ObjectStore store, String key, long serial) throws IOException {
        return again(() -> {
            ByteBuffer first = store.read(key, 0, HEADER_BYTES);
            require(first.remaining() == HEADER_BYTES && first.getInt(0) == MAGIC, key);
            int entries = first.getInt(4);
            require(entries >= 0 && entries <= MAX_ENTRIES && first.getLong(8) == serial, key);
            ByteBuffer head = store.read(key, 0, headBytes(entries)).slice();
            require(head.remaining() == headBytes(entries), key);
            require(head.getInt(CHECKSUM_AT) == check(head, head.limit()), key);
            long[] starts = new long[entries + 1];
            int[] checksums = new int[entries];
            starts[0] = headBytes(entries);
            for (int i = 0; i < entries; i++) {
                starts[i + 1] = starts[i] + head.getInt(headBytes(i));
                checksums[i] = head.getInt(headBytes(i) + 4);
            }
            return new ArchivedChunk(store, key, starts, checksums);
        });
    }

    private static void require(boolean sound, String key) throws IOException {
        if (!sound) {
            throw new IOException("object %s is damaged in its store".formatted(key));
        }
    }

    /** What may go better the next time. */
    @FunctionalInterface
    private interface Try<T> {
        T go() throws IOException;
    }

    private static <T> T again(Try<T> attempt) throws IOException {
        IOException failure = null;
        for (int i = 0; i < MAX_TRIES; i++) {
            try {
                return attempt.go();
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        throw failure;
    }

    @Override
    public long entries() {
        return checksums.length;
    }

    @Override
    public List<ByteBuffer> read(long first, long last) throws IOException {
        if (first < 0 || last < first || last >= entries()) {
            throw new LedgerException.Missing(
                    "object %s has %d entries, none from %d to %d".formatted(key, entries(), first, last));
        }
        return again(() -> {
            long start = starts[(int) first];
            int length = Math.toIntExact(starts[(int) last + 1] - start);
            ByteBuffer all = store.read(key, start, length).slice();
            require(all.remaining() == length, key);
            List<ByteBuffer> entries = new ArrayList<>();
            for (int i = (int) first; i <= last; i++) {
                ByteBuffer entry = all.slice((int) (starts[i] - start), (int) (starts[i + 1] - starts[i]));
                require(Checksum.of(entry, 0, entry.remaining()) == checksums[i], key);
                entries.add(entry);
            }
            return entries;
        });
    }

    @Override
    public void close() {}
}
