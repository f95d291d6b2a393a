package io.supercloud.migration.hypervisor;

import io.supercloud.core.InvalidValueException;

/**
 * What both ends of a memory stream must agree on before it begins.
 *
 * @param postCopy whether it may become a post-copy
 * @param channels connections beside the first that carry pages side by side; 0: the first carries all
 * @param compressed whether pages are compressed with zstd; only where there are channels
 */
public record StreamShape(boolean postCopy, int channels, boolean compressed) {
    /** One connection, nothing compressed, no post-copy. */
    public static final StreamShape SINGLE = new StreamShape(false, 0, false);

    /** One connection, as post-copy needs it: QEMU 10 does not do both. */
    public static final StreamShape POST_COPY = new StreamShape(true, 0, false);

    /** As many as any decision asks for; QEMU allows 255. */
    public static final int MOST_CHANNELS = 8;

    public StreamShape {
        if (channels < 0 || channels > MOST_CHANNELS || postCopy && channels > 0 || compressed && channels == 0) {
            throw new InvalidValueException(
                    "a memory stream of %d channels, %s, %s does not exist: a post-copy has none, a compressed stream 1 to %d"
                            .formatted(
                                    channels,
                                    compressed ? "compressed" : "plain",
                                    postCopy ? "with post-copy" : "without post-copy",
                                    MOST_CHANNELS));
        }
    }

    public static StreamShape compressed(int channels) {
        return new StreamShape(false, channels, true);
    }
}
