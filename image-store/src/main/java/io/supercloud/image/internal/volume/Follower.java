package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.Changes;
import io.supercloud.image.Progress;
import io.supercloud.image.Seal;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the owner's copy: first which blocks changed, then their content.
 *
 * <p>Following from cursor 0 compares every version, and puts blocks back that the owner does not know: this copy may
 * have seen writes that the owner lost with its power. From a later cursor, which only a retired copy has, newer versions
 * are enough: it ended in the state from which the next owner went on.
 */
final class Follower {
    /** Fetched content is forced after this much, so that little is left to force within a move's downtime. */
    private static final long FORCE_AFTER_BYTES = 4L * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

    private final String volume;
    private final LocalBlocks blocks;
    private final Fetcher fetcher;
    private final ReadPath reads;
    private final Heat heat;
    private final Tasks tasks;
    private final HydrationRate rate = new HydrationRate();
    private final ReentrantLock catchingUp = new ReentrantLock();
    private long cursor;
    /** In a first pass from cursor 0: blocks that have a version here and were not named yet; otherwise null. */
    private BitSet unconfirmed;

    Follower(String volume, LocalBlocks blocks, Fetcher fetcher, ReadPath reads, Heat heat, Tasks tasks) {
        this.volume = volume;
        this.blocks = blocks;
        this.fetcher = fetcher;
        this.reads = reads;
        this.heat = heat;
        this.tasks = tasks;
    }

    void setCursor(long start) {
        catchingUp.lock();
        try {
            cursor = start;
            unconfirmed = start == 0 ? blocks.versioned() : null;
        } finally {
            catchingUp.unlock();
        }
    }

    /** Takes all changes so far, and makes that durable. */
    void catchUp() throws IOException {
        catchingUp.lock();
        try {
            while (takeChanges()) {}
        } finally {
            catchingUp.unlock();
        }
        blocks.log().force();
    }

    /** Takes the changes up to the seal; the caller makes it durable. */
    void catchUpWith(Seal seal) throws IOException {
        catchingUp.lock();
        try {
            while ((unconfirmed != null || cursor != seal.cursor()) && takeChanges()) {}
            if (cursor != seal.cursor()) {
                throw new IOException("the source of volume '%s' stands at %x, but it was sealed at %x: seal it again"
                        .formatted(volume, cursor, seal.cursor()));
            }
        } finally {
            catchingUp.unlock();
        }
    }

    private boolean takeChanges() throws IOException {
        long from = cursor;
        Changes changes = fetcher.ask(source -> source.changesAfter(from), Volume.CATCH_UP_TIMEOUT_MILLIS);
        BitSet toConfirm = unconfirmed;
        blocks.change(() -> {
            blocks.stageChanges(changes, toConfirm);
            if (toConfirm != null && !changes.more()) {
                blocks.stageBase(toConfirm);
            }
        });
        cursor = changes.cursor();
        if (!changes.more()) {
            unconfirmed = null;
        }
        return changes.more();
    }

    /** The version that the source had last when this copy took its changes, where no content here is newer. */
    OptionalLong instant() {
        catchingUp.lock();
        try {
            boolean known = cursor > 0 && unconfirmed == null && !blocks.hasNewer(cursor);
            return known ? OptionalLong.of(cursor) : OptionalLong.empty();
        } finally {
            catchingUp.unlock();
        }
    }

    HydrationRate rate() {
        return rate;
    }

    /** The source's order goes before this side's: it has run the guest longer. */
    private int[] hottest() {
        try {
            heat.inherit(fetcher.ask(VolumeSource::hottest, 0));
        } catch (IOException e) {
            LOG.debug("The source of volume {} does not say what is hot", volume, e);
        }
        return heat.hottest();
    }

    void prefetch(BooleanSupplier keepGoing, Progress progress) throws IOException {
        if (blocks.missing() == 0) {
            blocks.log().force();
            return;
        }
        Hydration hydration = new Hydration(blocks, reads, tasks, hottest());
        long doneBytes = 0;
        long unforcedBytes = 0;
        hydration.pace(0, rate, keepGoing);
        while (blocks.missing() > 0 && keepGoing.getAsBoolean()) {
            try {
                long bytes = hydration.step();
                doneBytes += bytes;
                unforcedBytes += bytes;
                hydration.pace(bytes, rate, keepGoing);
            } catch (IOException e) {
                if (fetcher.isClosed()) {
                    throw e;
                }
                tasks.sleep(RETRY_PAUSE);
            }
            if (unforcedBytes >= FORCE_AFTER_BYTES) {
                blocks.log().force();
                unforcedBytes = 0;
            }
            progress.at(doneBytes, doneBytes + blocks.missing() * Volume.BLOCK_BYTES);
        }
        blocks.log().force();
    }
}
