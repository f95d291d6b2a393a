/**
 * Files of foreign image formats, by qemu-img.
 *
 * <p>Entry type: {@link io.supercloud.image.internal.format.QemuImg}. Safe for use by many threads; methods block.
 */
package io.supercloud.image.internal.format;
