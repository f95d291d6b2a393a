package io.supercloud.image;

/**
 * Content of blocks; the i-th block has the i-th version and data. At most {@link VolumeSource#MAX_BLOCKS}.
 *
 * @param data {@link Volume#BLOCK_BYTES} bytes each, or none where the block is all zeroes
 */
@SuppressWarnings("ArrayRecordComponent")
public record BlockData(long[] blocks, long[] versions, byte[][] data) {}
