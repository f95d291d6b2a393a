package io.supercloud.image.internal.volume;

import static io.supercloud.image.Volume.BLOCK_BYTES;

import io.supercloud.image.internal.log.BlockLog;
import io.supercloud.image.internal.log.Checksum;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Cuts changes of any alignment into changes of blocks. */
final class WritePath {
    /** How many blocks a zeroing request changes before it lets others in. */
    private static final int ZERO_BATCH_BLOCKS = 1024;
    /** With a part of a block before and one behind, a batch is written in one piece. */
    private static final int MAX_BATCH_BLOCKS = BlockLog.MAX_STAGED - 2;

    private static final int[] NONE = {};

    private final LocalBlocks blocks;
    private final ReadPath reads;

    WritePath(LocalBlocks blocks, ReadPath reads) {
        this.blocks = blocks;
        this.reads = reads;
    }

    /** Writes all of {@code data}. */
    void write(long offset, ByteBuffer data) throws IOException {
        long end = offset + data.remaining();
        fetchEdges(offset, data.remaining());
        for (long at = offset; at < end; ) {
            long batchEnd = Math.min(end, (blockOf(at) + MAX_BATCH_BLOCKS) * BLOCK_BYTES);
            int length = (int) (batchEnd - at);
            writeBatch(at, data.slice(data.position(), length));
            data.position(data.position() + length);
            at = batchEnd;
        }
    }

    /** Zeroes the whole blocks of a range. */
    void trim(long offset, long length) throws IOException {
        zeroBlocks(blockOf(offset + BLOCK_BYTES - 1), blockOf(offset + length));
    }

    /** Zeroes a range. */
    void zero(long offset, long length) throws IOException {
        long first = blockOf(offset + BLOCK_BYTES - 1);
        long end = blockOf(offset + length);
        fetchEdges(offset, length);
        if (first > end) {
            zeroPart(offset, length);
            return;
        }
        zeroPart(offset, first * BLOCK_BYTES - offset);
        zeroBlocks(first, end);
        zeroPart(end * BLOCK_BYTES, offset + length - end * BLOCK_BYTES);
    }

    /** Checksums are computed before others have to wait. */
    private void writeBatch(long offset, ByteBuffer data) throws IOException {
        int before = (int) Math.min(data.remaining(), (BLOCK_BYTES - offset % BLOCK_BYTES) % BLOCK_BYTES);
        int whole = (data.remaining() - before) / BLOCK_BYTES * BLOCK_BYTES;
        int after = data.remaining() - before - whole;
        ByteBuffer content = data.slice(before, whole);
        int[] checksums = blocks.encrypts() ? NONE : Checksum.ofBlocks(content);
        blocks.change(() -> {
            if (before > 0) {
                blocks.stagePart(blockOf(offset), (int) (offset % BLOCK_BYTES), data.slice(0, before));
            }
            if (whole > 0) {
                blocks.stageBlocks(blockOf(offset + before), content, checksums);
            }
            if (after > 0) {
                blocks.stagePart(blockOf(offset + before + whole), 0, data.slice(before + whole, after));
            }
        });
    }

    private void zeroPart(long offset, long length) throws IOException {
        if (length > 0) {
            writeBatch(offset, ByteBuffer.allocate((int) length));
        }
    }

    private void zeroBlocks(long first, long end) throws IOException {
        for (long start = first; start < end; start += ZERO_BATCH_BLOCKS) {
            long from = start;
            blocks.change(() -> {
                for (long block = from; block < Math.min(end, from + ZERO_BATCH_BLOCKS); block++) {
                    blocks.stageZero(block);
                }
            });
        }
    }

    /** Blocks of which only a part is changed have to be here, and sound. */
    private void fetchEdges(long offset, long length) throws IOException {
        if (offset % BLOCK_BYTES != 0) {
            reads.read(blockOf(offset) * BLOCK_BYTES, ByteBuffer.allocate(BLOCK_BYTES));
        }
        if ((offset + length) % BLOCK_BYTES != 0) {
            reads.read(blockOf(offset + length) * BLOCK_BYTES, ByteBuffer.allocate(BLOCK_BYTES));
        }
    }

    private static long blockOf(long offset) {
        return offset / BLOCK_BYTES;
    }
}
