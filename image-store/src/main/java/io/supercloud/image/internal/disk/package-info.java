/**
 * The disk as a port, and small helpers for files.
 *
 * <p>Entry types: {@link io.supercloud.image.internal.disk.Disk}, {@link
 * io.supercloud.image.internal.disk.DurableFiles}. Safe for use by many threads; every method blocks.
 */
package io.supercloud.image.internal.disk;
