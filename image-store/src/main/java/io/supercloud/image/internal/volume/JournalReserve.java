package io.supercloud.image.internal.volume;

import io.supercloud.image.BlockData;
import io.supercloud.image.Changes;
import io.supercloud.image.internal.journal.JournalRecord;
import io.supercloud.image.internal.journal.VolumeJournal;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * What an owner can read of its own journal: all chunks but the one that it writes to, which reading would end. For blocks that are
 * damaged here, or whose former host is lost. The journal is read when it is needed first, and again at most every {@link
 * #REFRESH_SECONDS}.
 */
final class JournalReserve extends JournalSource implements AutoCloseable {
    private static final long REFRESH_SECONDS = 5;

    private final VolumeJournal journal;
    private final Claim claim;
    private final BooleanSupplier owner;
    private final VolumeSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private Replica replica;
    private long readAtNanos;

    /** Returns when no former owner can write to the journal any more. */
    @FunctionalInterface
    interface Claim {
        void await() throws IOException;
    }

    /** @param owner whether the volume is open here: somebody else's journal is not to be touched */
    JournalReserve(VolumeJournal journal, Claim claim, BooleanSupplier owner, VolumeSettings settings) {
        this.journal = journal;
        this.claim = claim;
        this.owner = owner;
        this.settings = settings;
    }

    @Override
    public Changes changesAfter(long cursor) throws IOException {
        throw new IOException("the owner's own journal tells no changes");
    }

    @Override
    public BlockData read(long[] blocks) throws IOException {
        lock.lock();
        try {
            if (!owner.getAsBoolean()) {
                throw new IOException("the volume is not open here, so its journal is somebody else's");
            }
            if (replica == null
                    || settings.tasks().nanoTime() - readAtNanos > TimeUnit.SECONDS.toNanos(REFRESH_SECONDS)) {
                refresh();
            }
            return replica.read(blocks);
        } finally {
            lock.unlock();
        }
    }

    private void refresh() throws IOException {
        claim.await();
        JournalRecord record = journal.find()
                .orElseThrow(() -> new IOException("the volume has no journal"))
                .ended();
        close();
        replica = Replica.read(journal, record, settings.memory());
        readAtNanos = settings.tasks().nanoTime();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (replica != null) {
                replica.close();
                replica = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
