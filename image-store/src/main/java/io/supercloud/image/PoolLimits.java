package io.supercloud.image;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.internal.disk.LocalDisk;
import io.supercloud.image.internal.volume.MapMemory;

/**
 * What a pool may take of its host. Beside that a volume takes little: 8 bytes of heap for each MiB of its size and 192 for each
 * 16 MiB that were written, and of each segment of 8 MiB about half a KiB. Content is cached by the kernel alone.
 *
 * @param mapBytes memory for maps, of 20 bytes for each block of 4 KiB that was written (rounded up to 16 MiB); what is beyond
 *     lies in files, which the kernel keeps in memory as far as it can
 * @param openFiles how many files are open at a time; each takes two descriptors
 * @param archive what archiving disks may take beside that
 */
public record PoolLimits(long mapBytes, int openFiles, ArchiveLimits archive) {
    public static final PoolLimits DEFAULT = new PoolLimits(MapMemory.DEFAULT_BUDGET_BYTES, LocalDisk.MAX_OPEN_FILES);

    /** One with {@link ArchiveLimits#DEFAULT}. */
    public PoolLimits(long mapBytes, int openFiles) {
        this(mapBytes, openFiles, ArchiveLimits.DEFAULT);
    }

    public PoolLimits {
        if (mapBytes < 0 || openFiles < 1) {
            throw new InvalidValueException(
                    "a pool can not do with %d bytes for maps and %d open files".formatted(mapBytes, openFiles));
        }
    }
}
