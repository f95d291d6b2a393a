package io.supercloud.image;

/**
 * Blocks that changed after a cursor; the i-th block has the i-th version. At most {@link VolumeSource#MAX_CHANGES}.
 *
 * @param cursor where to go on
 * @param more whether there were more changes than fit
 */
@SuppressWarnings("ArrayRecordComponent")
public record Changes(long[] blocks, long[] versions, long cursor, boolean more) {}
