package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.ImageStoreException;
import io.supercloud.image.internal.log.LogRecord;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the space of overwritten blocks back: copies what is live in the deadest segment to the head of the log, which then
 * gives the segment up. A crash in between leaves records twice, which is harmless.
 */
final class LogCleaner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogCleaner.class);
    /** One segment at most in this time bounds the rate to 80 MiB/s, but where the log is crowded. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);
    /** How much may be dead beside as much as is live, before anything is done for it while the volume is written to. */
    private static final long SLACK_BYTES = 256L * 1024 * 1024;

    private final String volume;
    private final LocalBlocks blocks;
    private final Optional<Journaling> journal;
    private final Background background;
    private long versionBefore;

    /** @param journal of a replicated volume, which is kept short too */
    LogCleaner(String volume, LocalBlocks blocks, Optional<Journaling> journal, Tasks tasks) {
        this.volume = volume;
        this.blocks = blocks;
        this.journal = journal;
        this.background = new Background(tasks);
    }

    void start() {
        if (blocks.log().needsCleaning()) {
            background.start("cleaner-" + volume, this::pauseAfterStep);
        }
    }

    private Duration pauseAfterStep() {
        try {
            return step() ? Duration.ZERO : PAUSE;
        } catch (IOException | ImageStoreException e) {
            if (!background.closed()) {
                LOG.warn("Volume {} can not be cleaned now: it is tried again", volume, e);
            }
            return PAUSE_AFTER_FAILURE;
        }
    }

    /** Does a little; false where a pause may follow. */
    boolean step() throws IOException {
        boolean cleaned = cleanOnce();
        releaseDead();
        boolean trimmed = journal.isPresent() && journal.get().trim();
        return trimmed || cleaned && isCrowded();
    }

    /** Cleans one segment where one is worth it. */
    private boolean cleanOnce() throws IOException {
        OptionalInt victim = blocks.victim();
        if (victim.isEmpty()) {
            return false;
        }
        int segment = victim.getAsInt();
        blocks.log().visit(segment, (record, location) -> {
            boolean ofBlock = record.kind() != RecordKind.STATE && record.kind() != RecordKind.FORCED;
            if (ofBlock && blocks.map().location(record.block()) == location) {
                stageAnew(record, location);
            }
        });
        blocks.change(() -> blocks.log().keep(segment));
        return true;
    }

    private boolean isCrowded() {
        return blocks.log().bytes() > 2 * (blocks.log().liveBytes() + SLACK_BYTES);
    }

    /** What is overwritten again and again need not be forced for the space alone, as long as there is not much of it. */
    private void releaseDead() throws IOException {
        long version = blocks.lastVersion();
        boolean idle = version == versionBefore;
        versionBefore = version;
        long dead = blocks.log().deadBytes();
        if (dead > 0 && (idle || dead > blocks.log().liveBytes() + SLACK_BYTES)) {
            blocks.log().forceHere();
            blocks.change(() -> blocks.log().release());
        }
    }

    private void stageAnew(LogRecord record, long location) throws IOException {
        boolean hasContent = record.kind() == RecordKind.DATA;
        ByteBuffer content = hasContent ? blocks.reader().readRecord(location, record.checksum()) : null;
        if (hasContent && content == null) {
            return;
        }
        blocks.change(() -> {
            if (blocks.map().location(record.block()) != location) {
                return;
            }
            if (hasContent) {
                blocks.stageContent(record.block(), record.version(), content);
            } else {
                blocks.stage(record.kind(), record.block(), record.version());
            }
        });
    }

    /** Waits until the cleaner is out of the log. */
    @Override
    public void close() {
        background.close();
    }
}
