/**
 * Small helpers for files.
 *
 * <p>Entry type: {@link io.supercloud.image.internal.disk.DurableFiles}. Stateless; every method blocks.
 */
package io.supercloud.image.internal.disk;
