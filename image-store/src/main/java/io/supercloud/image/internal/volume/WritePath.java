package io.supercloud.image.internal.volume;

import static io.supercloud.image.Volume.BLOCK_BYTES;

import io.supercloud.image.internal.log.BlockLog;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Cuts changes of any alignment into changes of blocks. */
final class WritePath {
    /** How many blocks a zeroing request changes before it lets others in. */
    private static final int ZERO_BATCH_BLOCKS = 1024;

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
            long batchEnd = Math.min(end, blockOf(at) * BLOCK_BYTES + BlockLog.MAX_RUN_RECORDS * BLOCK_BYTES);
            writeBatch(at, data, (int) (batchEnd - at));
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

    private void writeBatch(long offset, ByteBuffer data, int length) throws IOException {
        blocks.change(() -> {
            for (long at = offset; at < offset + length; ) {
                int within = (int) (at % BLOCK_BYTES);
                int count = (int) Math.min(BLOCK_BYTES - within, offset + length - at);
                blocks.stageWrite(blockOf(at), within, data.slice(data.position(), count));
                data.position(data.position() + count);
                at += count;
            }
        });
    }

    private void zeroPart(long offset, long length) throws IOException {
        if (length > 0) {
            writeBatch(offset, ByteBuffer.allocate((int) length), (int) length);
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
