package io.supercloud.image.internal.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C (RFC 3720). */
public final class Checksum {
    private Checksum() {}

    /** Of {@code length} bytes at {@code start}. */
    public static int of(ByteBuffer buffer, int start, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(buffer.slice(start, length));
        return (int) checksum.getValue();
    }

    /** Of a block that begins at {@code start}. */
    public static int ofBlock(ByteBuffer buffer, int start) {
        return of(buffer, start, BlockLog.BLOCK_BYTES);
    }

    /** Of each block that remains in {@code blocks}. */
    public static int[] ofBlocks(ByteBuffer blocks) {
        int[] checksums = new int[blocks.remaining() / BlockLog.BLOCK_BYTES];
        for (int i = 0; i < checksums.length; i++) {
            checksums[i] = ofBlock(blocks, blocks.position() + i * BlockLog.BLOCK_BYTES);
        }
        return checksums;
    }
}
