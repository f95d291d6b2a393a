/**
 * Imported images as chunks that are named by their content.
 *
 * <p>Entry types: {@link io.supercloud.image.internal.chunk.ChunkStore}, {@link
 * io.supercloud.image.internal.chunk.ChunkedImage}, {@link io.supercloud.image.internal.chunk.ArrivingImage}. Safe for use by many threads.
 */
package io.supercloud.image.internal.chunk;
