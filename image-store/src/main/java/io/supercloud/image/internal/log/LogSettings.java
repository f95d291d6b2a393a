package io.supercloud.image.internal.log;

/**
 * Sizes of a log.
 *
 * @param entries how many records fit a segment
 * @param slots how many blocks of content fit a segment
 * @param forceSegments forcing begins in the background when more segments than this are not durable. Much, as what is
 *     overwritten before need not be forced at all
 * @param eagerForceSegments the same where somebody will soon wait for it
 * @param maxUnforcedSegments when more segments than this are not durable, writers wait
 * @param maxUnforcedNumbers the same, with those that were given up meanwhile: bounds how many versions can be lost with the
 *     power
 * @param spareSegments how many files of dead segments are kept to be used again
 */
public record LogSettings(
        int entries,
        int slots,
        int forceSegments,
        int eagerForceSegments,
        int maxUnforcedSegments,
        int maxUnforcedNumbers,
        int spareSegments) {
    /** Segments of 8 MiB. At most 2^25 versions can be lost with the power, and 1 GiB is not durable. */
    public static final LogSettings DEFAULT = new LogSettings(4096, 2048, 64, 2, 128, 8192, 16);

    int indexBytes() {
        return entries * Entry.BYTES;
    }
}
