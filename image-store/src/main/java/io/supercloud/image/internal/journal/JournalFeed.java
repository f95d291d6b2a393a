package io.supercloud.image.internal.journal;

import io.supercloud.core.Tasks;
import io.supercloud.image.AtRisk;
import io.supercloud.image.ImageStoreException;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.internal.journal.WaitingEntries.Waiting;
import io.supercloud.image.ledger.Copies;
import io.supercloud.image.ledger.LedgerException;
import io.supercloud.image.ledger.LedgerWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends an owner's writes to the journal, in their order, and knows which of them are durable there.
 *
 * <p>Entries go to the open chunk at once, and stay in memory until they are acknowledged. Where there is no chunk to write to (at the
 * beginning, when one is full, when its hosts fail) a task makes one and then sends what waits: so what a failed chunk has taken
 * is there twice, which does no harm. At most {@link #MAX_WAITING_BYTES} wait; then writers do.
 */
public final class JournalFeed implements AutoCloseable {
    /** How much may be written that is not in the journal yet: what a lost host can lose at most of what was never flushed. */
    public static final int MAX_WAITING_BYTES = 16 << 20;
    /** How long a write waits for space, and a flush for its acknowledgement, before it fails. */
    public static final long LIMIT_MILLIS = 30_000;
    /** How large a chunk becomes. */
    public static final int CHUNK_BYTES = 32 << 20;
    /** How many records a chunk has: its index is an entry of 1.75 MiB at most. */
    static final int CHUNK_RECORDS = 1 << 16;

    private static final Logger LOG = LoggerFactory.getLogger(JournalFeed.class);

    private final VolumeJournal journal;
    private final VolumeDescription description;
    private final Copies copies;
    private final Tasks tasks;
    private final Tasks.Mutex lock;
    private final WaitingEntries waiting = new WaitingEntries();
    private long epoch;
    private boolean claimed;
    private OpenChunk chunk;
    private boolean connecting;
    private boolean begun;
    private boolean first = true;
    private int chunks;
    /** Chunks that all was acknowledged of that they were sent, which the registry does not know yet. */
    private final Set<Integer> finished = new TreeSet<>();
    /** Chunks that have failed before anything of them was durable. */
    private final Set<Integer> useless = new TreeSet<>();
    /** Before a chunk is made: they grow while chunks fail at once. */
    private final Pauses pauses = new Pauses();

    private IOException failure;
    private boolean closed;

    public JournalFeed(VolumeJournal journal, VolumeDescription description, Copies copies, Tasks tasks) {
        this.journal = journal;
        this.description = description;
        this.copies = copies;
        this.tasks = tasks;
        this.lock = tasks.newMutex();
    }

    public VolumeJournal journal() {
        return journal;
    }

    /** From now on writes belong to {@code newEpoch}; the journal is claimed for it when the first one comes. */
    public void begin(long newEpoch) {
        locked(() -> {
            claimed = claimed && epoch == newEpoch;
            epoch = newEpoch;
            begun = true;
        });
    }

    public boolean isBegun() {
        boolean[] now = {false};
        locked(() -> now[0] = begun);
        return now[0];
    }

    public long epoch() {
        lock.lock();
        try {
            return epoch;
        } finally {
            lock.unlock();
        }
    }

    /** How many chunks the journal has. */
    public int chunks() {
        lock.lock();
        try {
            return chunks;
        } finally {
            lock.unlock();
        }
    }

    /** The oldest chunk's live content has been appended anew, and was durable at {@code version}: drops it. */
    public void drop(JournalRecord.Chunk oldest, long version) throws IOException {
        JournalRecord now = journal.drop(epoch(), oldest, version);
        locked(() -> chunks = now.chunks().size());
    }

    /** Whether a chunk was written to by this owner, and is full and durable. */
    public boolean isFinished(JournalRecord.Chunk which) {
        boolean[] known = {false};
        locked(() -> known[0] = finished.contains(which.number()));
        return known[0];
    }

    /** Moves a chunk that nobody writes to any more from its ledger to the object store. */
    public void archive(JournalRecord.Chunk full) throws IOException {
        journal.archive(epoch(), full);
    }

    /** The number of the chunk that is written to; nothing where there is none. */
    public OptionalInt openChunk() {
        lock.lock();
        try {
            return chunk == null ? OptionalInt.empty() : OptionalInt.of(chunk.number());
        } finally {
            lock.unlock();
        }
    }

    /** What is not durable in the journal yet. */
    public AtRisk atRisk() {
        lock.lock();
        try {
            long now = tasks.nanoTime();
            return new AtRisk(true, waiting.bytes(), TimeUnit.NANOSECONDS.toMillis(now - waiting.sinceNanos(now)));
        } finally {
            lock.unlock();
        }
    }

    /** Returns when {@code bytes} more may wait; throws where that takes too long, or nothing can be written any more. */
    public void awaitSpace(int bytes) throws IOException {
        await("takes no more writes", () -> waiting.bytes() == 0 || waiting.bytes() + bytes <= MAX_WAITING_BYTES);
    }

    /**
     * Appends a batch in the order of the calls and returns at once; called after {@link #awaitSpace}, by one thread at a time.
     *
     * @param flags {@link JournalEntry#MORE} where it counts only together with the next one, {@link JournalEntry#LAST} where it
     *     was the last of those, otherwise 0
     */
    public void append(Batch batch, int flags) {
        lock.lock();
        try {
            JournalEntry entry = batch.entry(description.serial(), flags | (first ? JournalEntry.FIRST : 0));
            first = false;
            Waiting last = waiting.add(entry, tasks.nanoTime());
            if (chunk != null && !chunk.isFull()) {
                send(last);
            } else {
                connect();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns when no former owner can write any more. */
    public void awaitClaim() throws IOException {
        locked(() -> {
            if (begun && !claimed) {
                connect();
            }
        });
        await("could not be claimed", () -> claimed);
    }

    /** Returns when all that was appended before is durable in the journal. */
    public void flush() throws IOException {
        lock.lock();
        long wanted;
        try {
            wanted = waiting.last();
        } finally {
            lock.unlock();
        }
        await("could not make writes durable", () -> waiting.acknowledged() >= wanted);
    }

    /** A question under the lock. */
    @FunctionalInterface
    private interface Condition {
        boolean holds();
    }

    private void await(String what, Condition condition) throws IOException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
            while (failure != null || !condition.holds()) {
                if (failure != null) {
                    throw new IOException(failure.getMessage(), failure);
                }
                if (closed || left <= 0) {
                    throw new IOException("the journal %s within %d ms: do enough hosts that keep ledgers answer?"
                            .formatted(what, LIMIT_MILLIS));
                }
                left = lock.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the thread was interrupted while it waited for the journal", e);
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            lock.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void send(Waiting entry) {
        OpenChunk to = chunk;
        entry.sendTo(to);
        to.append(entry.entry(), entry.bytes())
                .whenComplete((done, problem) -> locked(() -> {
                    if (problem == null) {
                        waiting.acknowledge(entry);
                        to.use();
                        pauses.reset();
                    } else {
                        failed(to, problem);
                    }
                }));
    }

    private void failed(OpenChunk where, Throwable problem) {
        if (!where.isUsed()) {
            useless.add(where.number());
        }
        if (chunk == where) {
            LOG.warn("Chunk {} of volume {} fails: {}", where.number(), description.name(), problem.getMessage());
            chunk = null;
            connect();
        }
        where.fail();
    }

    /** Begins to make a chunk to write to, where nobody does; called under the lock. */
    private void connect() {
        if (!connecting && !closed && failure == null) {
            connecting = true;
            tasks.start("journal-" + description.name(), this::makeChunk);
        }
    }

    private void makeChunk() {
        OpenChunk next = null;
        while (next == null && !isOver()) {
            try {
                awaitTurn();
                next = newChunk();
            } catch (ImageStoreException e) {
                LOG.warn("Volume {} can not be written to any more: {}", description.name(), e.getMessage());
                locked(() -> failure = new IOException(e.getMessage(), e));
            } catch (IOException e) {
                LOG.warn(
                        "Volume {} has no chunk to write to, which is tried again: {}",
                        description.name(),
                        e.getMessage());
            }
        }
        if (next != null) {
            switchTo(next);
        }
    }

    /** Whether nothing can be written any more. */
    public boolean isOver() {
        lock.lock();
        try {
            return closed || failure != null;
        } finally {
            lock.unlock();
        }
    }

    private void awaitTurn() {
        Duration pause = pauses.next();
        if (pause.isPositive()) {
            tasks.sleep(pause);
        }
    }

    private OpenChunk newChunk() throws IOException {
        if (!claimed) {
            JournalRecord record = journal.claim(description, epoch);
            locked(() -> {
                claimed = true;
                chunks = record.chunks().size();
            });
        }
        LedgerWriter writer = createLedger();
        try {
            Set<Integer> over = new TreeSet<>();
            Set<Integer> gone = new TreeSet<>();
            locked(() -> {
                over.addAll(finished);
                gone.addAll(useless);
            });
            JournalRecord now = journal.add(epoch, writer.ledger(), over, gone);
            locked(() -> {
                finished.removeAll(over);
                useless.removeAll(gone);
                chunks = now.chunks().size();
            });
            return new OpenChunk(now.chunks().getLast().number(), writer, tasks);
        } catch (IOException | ImageStoreException e) {
            writer.close();
            throw e;
        }
    }

    /** With fewer copies than wanted where there are no hosts for more: as many as an acknowledgement means there must be. */
    private LedgerWriter createLedger() throws IOException {
        try {
            return journal.ledgers().create(copies);
        } catch (LedgerException.TooFewHosts e) {
            return journal.ledgers().create(copies.fewest());
        }
    }

    /**
     * The new chunk is written to when all that the former one was sent is acknowledged, or it has failed: what lies before any
     * place of the journal must be a state that the disk had.
     */
    private void switchTo(OpenChunk next) {
        lock.lock();
        OpenChunk former = chunk;
        try {
            while (former != null && !former.hasFailed() && waiting.isSentTo(former) && !closed) {
                lock.awaitNanos(TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS));
            }
            if (former != null && !former.hasFailed()) {
                finished.add(former.number());
            }
            chunk = closed ? null : next;
            connecting = false;
            for (Waiting entry : waiting.all()) {
                if (chunk == next) {
                    send(entry);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        } finally {
            lock.unlock();
        }
        if (former != null) {
            former.end(description.serial());
        }
        if (isOver()) {
            next.end(description.serial());
        }
    }

    /** Ends the open chunk. What is not acknowledged is given up: {@link #flush} before. */
    @Override
    public void close() {
        lock.lock();
        OpenChunk last = chunk;
        try {
            closed = true;
            chunk = null;
            lock.signalAll();
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.end(description.serial());
        }
    }
}
