package io.supercloud.image;

import io.supercloud.core.InvalidValueException;

/**
 * What archiving may take, and how far it may be behind. Beside that it takes memory for two chunks of 40 MiB at most, whatever the number
 * of volumes: one chunk at a time is made and put.
 *
 * @param bytesPerSecond to the object store, of one volume; {@link Long#MAX_VALUE} for as fast as it goes
 * @param lagMillis how old a write becomes before it is sent, where there is not enough for a whole chunk
 * @param retainedBytes how much of the disk is kept for it in segments that nobody else needs; where a guest overwrites more before it is
 *     sent, archiving begins anew with what there is then
 */
public record ArchiveLimits(long bytesPerSecond, long lagMillis, long retainedBytes) {
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(Long.MAX_VALUE, 10_000, 256L << 20);

    public ArchiveLimits {
        if (bytesPerSecond < 1 || lagMillis < 0 || retainedBytes < 0) {
            throw new InvalidValueException("disks can not be archived with %d bytes a second, %d ms and %d bytes kept"
                    .formatted(bytesPerSecond, lagMillis, retainedBytes));
        }
    }
}
