package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Fetches what lacks, hottest first, no faster than it is allowed to. One thread runs it. */
final class Hydration {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final int STRETCH_BLOCKS = VolumeSource.STRETCH_BYTES / Volume.BLOCK_BYTES;
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private final LocalBlocks blocks;
    private final ReadPath reads;
    private final Tasks tasks;
    private final int[] hottest;
    private int next;
    private long mayGoOnNanos;

    Hydration(LocalBlocks blocks, ReadPath reads, Tasks tasks, int[] hottest) {
        this.blocks = blocks;
        this.reads = reads;
        this.tasks = tasks;
        this.hottest = hottest;
        this.mayGoOnNanos = tasks.nanoTime();
    }

    /** Fetches some; returns how many bytes that were, 0 where nothing lacks. */
    long step() throws IOException {
        while (next < hottest.length) {
            long fetched = fetchStretch(hottest[next]);
            if (fetched > 0) {
                return fetched;
            }
            next++;
        }
        long fetched = reads.fetchBatch(0, blocks.map().blocks());
        if (fetched == 0) {
            int chunk = blocks.base().nextMissingChunk(0);
            fetched = chunk < 0
                    ? 0
                    : reads.fetchBaseLater((long) chunk * VolumeSource.STRETCH_BYTES, VolumeSource.STRETCH_BYTES);
        }
        return fetched;
    }

    private long fetchStretch(int stretch) throws IOException {
        long first = (long) stretch * STRETCH_BLOCKS;
        long fetched = first < 0
                ? 0
                : reads.fetchBatch(
                        first, Math.min(first + STRETCH_BLOCKS, blocks.map().blocks()));
        boolean ofBase = fetched == 0 && blocks.base().nextMissingChunk(stretch) == stretch;
        return ofBase
                ? reads.fetchBaseLater((long) stretch * VolumeSource.STRETCH_BYTES, VolumeSource.STRETCH_BYTES)
                : fetched;
    }

    /** Waits for as long as {@code bytes} take at this rate, or for the rate to change from 0; ends early with {@code keepGoing}. */
    void pace(long bytes, HydrationRate rate, BooleanSupplier keepGoing) {
        long now = tasks.nanoTime();
        long limit = rate.bytesPerSecond();
        mayGoOnNanos = Math.max(mayGoOnNanos, now - NANOS_A_SECOND / 10);
        if (limit > 0 && limit < HydrationRate.UNLIMITED) {
            mayGoOnNanos += (long) ((double) bytes / limit * NANOS_A_SECOND);
        }
        while (keepGoing.getAsBoolean() && (rate.bytesPerSecond() == 0 || tasks.nanoTime() < mayGoOnNanos)) {
            tasks.sleep(LOOK_AGAIN);
        }
    }
}
