package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.ImageStoreException;
import io.supercloud.image.internal.journal.JournalFeed;
import io.supercloud.image.internal.journal.JournalRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves full chunks of an owner's journal to the object store, one at a time and behind the writers: while the store does not answer they stay in
 * their ledgers.
 */
final class Archiving implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Archiving.class);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    private final JournalFeed feed;
    private final BooleanSupplier ready;
    private final Background background;
    /** Everything before this chunk is archived. */
    private int archivedBefore;

    /** @param ready whether this is the owner, and nobody reads the journal as it was before */
    Archiving(JournalFeed feed, BooleanSupplier ready, Tasks tasks) {
        this.feed = feed;
        this.ready = ready;
        this.background = new Background(tasks);
    }

    void start(String volume) {
        if (feed.journal().hasArchive()) {
            background.start("archive-" + volume, () -> pauseAfterStep(volume));
        }
    }

    private Duration pauseAfterStep(String volume) {
        try {
            return step() ? Duration.ZERO : PAUSE;
        } catch (IOException | ImageStoreException e) {
            if (!background.closed()) {
                LOG.warn("A part of volume {} stays in its ledger, and is archived later: {}", volume, e.getMessage());
            }
            return PAUSE_AFTER_FAILURE;
        }
    }

    /** Archives one chunk; false where there is none that is full. */
    private boolean step() throws IOException {
        OptionalInt open = feed.openChunk();
        if (open.isEmpty() || open.getAsInt() == archivedBefore || feed.isOver() || !ready.getAsBoolean()) {
            return false;
        }
        Optional<JournalRecord.Chunk> next = feed.journal().find().stream()
                .flatMap(record -> record.chunks().stream())
                .filter(chunk -> chunk.number() < open.getAsInt() && isFull(chunk))
                .findFirst();
        if (next.isPresent()) {
            feed.archive(next.get());
            return true;
        }
        archivedBefore = open.getAsInt();
        return false;
    }

    private boolean isFull(JournalRecord.Chunk chunk) {
        return switch (chunk.kept()) {
            case JournalRecord.Kept.Open _ -> feed.isFinished(chunk);
            case JournalRecord.Kept.Ended _ -> true;
            case JournalRecord.Kept.Archived _, JournalRecord.Kept.Stored _ -> false;
        };
    }

    @Override
    public void close() {
        background.close();
    }
}
