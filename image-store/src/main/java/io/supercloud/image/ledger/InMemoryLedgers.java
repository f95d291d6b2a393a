package io.supercloud.image.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Ledgers in memory: as durable as this object, which all hosts share. Entries are acknowledged within {@link LedgerWriter#append}. */
public final class InMemoryLedgers implements Ledgers {
    private static final class Kept {
        private final List<ByteBuffer> entries = new ArrayList<>();
        private boolean ended;
    }

    private final Map<Long, Kept> ledgers = new TreeMap<>();
    private long last;
    private boolean reachable = true;
    private boolean refusing;

    /** Whether the hosts that keep the ledgers answer. */
    public synchronized void reach(boolean answers) {
        reachable = answers;
    }

    /** Whether ledgers are made, and then take nothing. */
    public synchronized void refuse(boolean entries) {
        refusing = entries;
    }

    /** How many ledgers were made. */
    public synchronized long made() {
        return last;
    }

    /** How many ledgers there are. */
    public synchronized int count() {
        return ledgers.size();
    }

    @Override
    public synchronized LedgerWriter create(Copies copies) throws IOException {
        requireReachable();
        last++;
        ledgers.put(last, new Kept());
        return new Writer(last);
    }

    @Override
    public synchronized LedgerReader end(long ledger) throws IOException {
        Kept kept = require(ledger);
        kept.ended = true;
        return new Reader(ledger, kept.entries.size());
    }

    @Override
    public synchronized void delete(long ledger) throws IOException {
        requireReachable();
        ledgers.remove(ledger);
    }

    @Override
    public void close() {}

    private void requireReachable() throws IOException {
        if (!reachable) {
            throw new IOException("no host that keeps ledgers answers");
        }
    }

    private Kept require(long ledger) throws IOException {
        requireReachable();
        Kept kept = ledgers.get(ledger);
        if (kept == null) {
            throw new LedgerException.Missing("there is no ledger %d".formatted(ledger));
        }
        return kept;
    }

    private synchronized void append(long ledger, ByteBuffer entry) throws IOException {
        Kept kept = require(ledger);
        if (refusing) {
            throw new IOException("the hosts that keep ledger %d refuse it".formatted(ledger));
        }
        if (kept.ended) {
            throw new LedgerException.Fenced(ledger);
        }
        byte[] copy = new byte[entry.remaining()];
        entry.duplicate().get(copy);
        kept.entries.add(ByteBuffer.wrap(copy).asReadOnlyBuffer());
    }

    private synchronized List<ByteBuffer> read(long ledger, long first, long end) throws IOException {
        return require(ledger).entries.subList((int) first, (int) end).stream()
                .map(ByteBuffer::duplicate)
                .toList();
    }

    private synchronized void endQuietly(long ledger) {
        Kept kept = ledgers.get(ledger);
        if (kept != null) {
            kept.ended = true;
        }
    }

    private final class Writer implements LedgerWriter {
        private final long ledger;
        private IOException failure;

        private Writer(long ledger) {
            this.ledger = ledger;
        }

        @Override
        public long ledger() {
            return ledger;
        }

        @Override
        public synchronized CompletableFuture<Void> append(ByteBuffer entry) {
            try {
                if (failure != null) {
                    throw failure;
                }
                InMemoryLedgers.this.append(ledger, entry);
                return CompletableFuture.completedFuture(null);
            } catch (IOException e) {
                failure = e;
                return CompletableFuture.failedFuture(e);
            }
        }

        @Override
        public void close() {
            endQuietly(ledger);
        }
    }

    private final class Reader implements LedgerReader {
        private final long ledger;
        private final long entries;

        private Reader(long ledger, long entries) {
            this.ledger = ledger;
            this.entries = entries;
        }

        @Override
        public long entries() {
            return entries;
        }

        @Override
        public List<ByteBuffer> read(long first, long last) throws IOException {
            if (first < 0 || last < first || last >= entries) {
                throw new LedgerException.Missing(
                        "ledger %d has %d entries, none from %d to %d".formatted(ledger, entries, first, last));
            }
            return InMemoryLedgers.this.read(ledger, first, last + 1);
        }

        @Override
        public void close() {}
    }
}
