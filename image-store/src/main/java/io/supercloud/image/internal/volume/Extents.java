package io.supercloud.image.internal.volume;

import io.supercloud.image.Extent;
import io.supercloud.image.Volume;
import java.util.ArrayList;
import java.util.List;

/** Which stretches of a volume are holes. */
final class Extents {
    private Extents() {}

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
