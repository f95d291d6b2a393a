package io.supercloud.migration;

import io.supercloud.migration.hypervisor.StreamShape;

/**
 * What a memory stream was like, as the source's hypervisor tells when it is over.
 *
 * @param shape that it had
 * @param normalPages that travelled with their content, each as often as it was sent
 * @param zeroPages that were told to be zero
 * @param guestPages that the guest has
 * @param pageBytes of one page
 * @param rounds through the memory
 * @param dirtyBytesPerSecond that the guest changed in the last round before it was stopped
 * @param throttlePercent by how much it was slowed down at most
 * @param postCopyFaults pages that the guest waited for at the target
 */
public record StreamFigures(
        StreamShape shape,
        long normalPages,
        long zeroPages,
        long guestPages,
        long pageBytes,
        long rounds,
        long dirtyBytesPerSecond,
        int throttlePercent,
        long postCopyFaults) {
    /** Of a VM without a process, and of a stream whose witness was lost. */
    public static final StreamFigures NONE = new StreamFigures(StreamShape.SINGLE, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Pages that were sent again because the guest had changed them, each time counted. */
    public long repeatedPages() {
        return Math.max(0, normalPages + zeroPages - guestPages);
    }

    /** What was left of the pages' content on its way, where {@code sentBytes} were sent; 1 where nothing is known. */
    public double sentShare(long sentBytes) {
        return normalPages == 0 || sentBytes == 0 ? 1 : (double) sentBytes / (normalPages * pageBytes);
    }
}
