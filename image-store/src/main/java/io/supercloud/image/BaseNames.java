package io.supercloud.image;

/**
 * A part of the list of an image's chunks, from one chunk on; at most {@link VolumeSource#MAX_NAMES}.
 *
 * @param sizeBytes of the image
 * @param chunks how many chunks the image has in all
 * @param names 32 bytes for each chunk, all zero where its content is; the SHA-256 of the list of the SHA-256s of its blocks
 * @param key what volumes over the image are encrypted with, or empty
 */
@SuppressWarnings("ArrayRecordComponent")
public record BaseNames(long sizeBytes, int chunks, byte[] names, String key) {}
