package io.supercloud.image;

import io.supercloud.core.ImageId;

/**
 * An imported image.
 *
 * @param sizeBytes the size of the disk
 * @param storedBytes the bytes of its chunks that are not all zeroes; chunks shared with other images count too
 * @param chunks how many chunks of {@link ImageStore#CHUNK_BYTES} the disk has, the last one perhaps in part
 */
public record ImageInfo(ImageId id, long sizeBytes, long storedBytes, int chunks) {}
