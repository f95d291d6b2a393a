package io.supercloud.image.internal.volume;

import io.supercloud.image.VolumeSource;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/**
 * Which stretches of a volume are touched how often, and in which order they were touched first: what a boot needs comes in that
 * order. Memory: 8 bytes for each MiB of the volume. Counts may miss one of two touches at a time.
 */
final class Heat {
    private final AtomicIntegerArray touches;
    private final AtomicIntegerArray firsts;
    private final AtomicInteger order = new AtomicInteger();

    Heat(long sizeBytes) {
        int stretches = (int) ((sizeBytes + VolumeSource.STRETCH_BYTES - 1) / VolumeSource.STRETCH_BYTES);
        this.touches = new AtomicIntegerArray(stretches);
        this.firsts = new AtomicIntegerArray(stretches);
    }

    /** Notes a request that begins at {@code offset}, which is within the volume or at its end. */
    void touch(long offset) {
        int stretch = (int) (offset / VolumeSource.STRETCH_BYTES);
        if (stretch >= touches.length()) {
            return;
        }
        int before = touches.getPlain(stretch);
        if (before == 0) {
            firsts.setPlain(stretch, order.incrementAndGet());
        }
        if (before < Integer.MAX_VALUE) {
            touches.setPlain(stretch, before + 1);
        }
    }

    /** Takes over what another copy of the volume knows, as if it had happened here once. */
    void inherit(int[] hottest) {
        for (int stretch : hottest) {
            if (stretch >= 0 && stretch < touches.length() && touches.get(stretch) == 0) {
                touch((long) stretch * VolumeSource.STRETCH_BYTES);
            }
        }
    }

    /** Ordered by how often they were touched, roughly, and those that are alike by when they were touched first. */
    int[] hottest() {
        return IntStream.range(0, touches.length())
                .filter(stretch -> touches.get(stretch) > 0)
                .boxed()
                .sorted(Comparator.comparingInt((Integer stretch) -> Integer.numberOfLeadingZeros(touches.get(stretch)))
                        .thenComparingInt(firsts::get))
                .limit(VolumeSource.MAX_STRETCHES)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
