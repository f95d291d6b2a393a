package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** How far the archive of a volume is behind it. Versions of one epoch count its writes. */
final class ArchiveLag {
    private final Tasks tasks;
    private final long openedNanos;
    private boolean begun;
    /** Blocks that were lacking when the version was {@link #since}. */
    private long backlog;

    private long since;
    private boolean behind;
    private long behindSinceNanos;

    ArchiveLag(Tasks tasks) {
        this.tasks = tasks;
        this.openedNanos = tasks.nanoTime();
    }

    /** The owner began to archive, and so many blocks are lacking. */
    synchronized void begin(long lackingBlocks, long version) {
        behind = behind || lackingBlocks > 0;
        behindSinceNanos = begun ? behindSinceNanos : openedNanos;
        begun = true;
        backlog = lackingBlocks;
        since = version;
    }

    /** The volume is at {@code version}. */
    synchronized void note(long version) {
        if (!behind && version > since) {
            behind = true;
            behindSinceNanos = tasks.nanoTime();
        }
    }

    /**
     * All up to a version is archived.
     *
     * @param nanos a time before the first write of a later one
     */
    synchronized void archived(long version, long now, long nanos) {
        if (version == since && backlog == 0) {
            return;
        }
        backlog = 0;
        since = version;
        behind = now > version;
        behindSinceNanos = nanos;
    }

    /** How many blocks are lacking; empty where that is not known yet. */
    synchronized OptionalLong lacking(long version) {
        return begun ? OptionalLong.of(backlog + Math.max(0, version - since)) : OptionalLong.empty();
    }

    /** For how long the oldest of them has been. */
    synchronized long millis() {
        if (!begun) {
            return TimeUnit.NANOSECONDS.toMillis(tasks.nanoTime() - openedNanos);
        }
        return behind ? TimeUnit.NANOSECONDS.toMillis(tasks.nanoTime() - behindSinceNanos) : 0;
    }
}
