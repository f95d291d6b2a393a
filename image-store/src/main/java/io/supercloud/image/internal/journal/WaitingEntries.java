package io.supercloud.image.internal.journal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Entries that are not acknowledged yet, in their order. To be used under the lock of {@link JournalFeed}. */
final class WaitingEntries {
    /** An entry that is not acknowledged yet. */
    static final class Waiting {
        private final long number;
        private final JournalEntry entry;
        private final ByteBuffer bytes;
        private final long sinceNanos;
        /** The chunk that it was sent to; null while it was to none. */
        private OpenChunk sentTo;

        private Waiting(long number, JournalEntry entry, ByteBuffer bytes, long sinceNanos) {
            this.number = number;
            this.entry = entry;
            this.bytes = bytes;
            this.sinceNanos = sinceNanos;
        }

        JournalEntry entry() {
            return entry;
        }

        ByteBuffer bytes() {
            return bytes;
        }

        void sendTo(OpenChunk chunk) {
            sentTo = chunk;
        }
    }

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long last;
    private long acknowledged;
    private long bytes;

    Waiting add(JournalEntry entry, long nowNanos) {
        last++;
        Waiting added = new Waiting(last, entry, entry.encode(), nowNanos);
        waiting.add(added);
        bytes += added.bytes.remaining();
        return added;
    }

    /** Acknowledgements come in order, but for those of a chunk that has failed meanwhile. */
    void acknowledge(Waiting entry) {
        while (!waiting.isEmpty() && waiting.getFirst().number <= entry.number) {
            Waiting done = waiting.removeFirst();
            bytes -= done.bytes.remaining();
            acknowledged = done.number;
        }
    }

    /** The number of the entry that was added last. */
    long last() {
        return last;
    }

    long acknowledged() {
        return acknowledged;
    }

    long bytes() {
        return bytes;
    }

    /** Since when the first one waits; {@code otherwise} where none does. */
    long sinceNanos(long otherwise) {
        return waiting.isEmpty() ? otherwise : waiting.getFirst().sinceNanos;
    }

    /** Whether something waits that this chunk was sent. */
    boolean isSentTo(OpenChunk chunk) {
        return !waiting.isEmpty() && waiting.getFirst().sentTo == chunk;
    }

    List<Waiting> all() {
        return List.copyOf(waiting);
    }
}
