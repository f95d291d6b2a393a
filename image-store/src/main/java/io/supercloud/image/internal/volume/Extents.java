package io.supercloud.image.internal.volume;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.Extent;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeDescription;
import java.util.ArrayList;
import java.util.List;

/** Which stretches of a volume are holes. */
final class Extents {
    private Extents() {}

    /** Throws where the range is not within the volume. */
    static void requireWithin(VolumeDescription volume, long offset, long length) {
        if (!areWithin(volume, offset, length)) {
            throw new InvalidValueException("volume '%s' has %d bytes: there are no %d bytes at %d"
                    .formatted(volume.name(), volume.sizeBytes(), length, offset));
        }
    }

    static boolean areWithin(VolumeDescription volume, long offset, long length) {
        return offset >= 0 && length >= 0 && offset <= volume.sizeBytes() - length;
    }

    static List<Extent> of(LocalBlocks blocks, long offset, long length, int most) {
        List<Extent> extents = new ArrayList<>();
        long end = offset + length;
        long start = offset;
        while (start < end && extents.size() < most) {
            boolean hole = blocks.isHole(start / Volume.BLOCK_BYTES);
            long at = next(start);
            while (at < end && blocks.isHole(at / Volume.BLOCK_BYTES) == hole) {
                at = next(at);
            }
            at = Math.min(at, end);
            extents.add(new Extent(at - start, hole));
            start = at;
        }
        return extents;
    }

    private static long next(long offset) {
        return (offset / Volume.BLOCK_BYTES + 1) * Volume.BLOCK_BYTES;
    }
}
