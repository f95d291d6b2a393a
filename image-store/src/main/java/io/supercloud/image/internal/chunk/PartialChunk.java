package io.supercloud.image.internal.chunk;

import io.supercloud.image.internal.disk.Disk;
import io.supercloud.image.internal.disk.DiskFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * A chunk of which some blocks are here. Its file is as that of a whole one, with holes for what lacks; what is in it is told
 * by the digests, so a crash at any time does no harm. Safe for use by many threads.
 */
final class PartialChunk {
    private static final int MAX_DAMAGES = 16;

    private final Disk disk;
    private final Path file;
    private final int bytes;
    private final ChunkDigests digests;
    private final BitSet here;
    private boolean moved;
    private int damages;

    private PartialChunk(Disk disk, Path file, int bytes, ChunkDigests digests, BitSet here) {
        this.disk = disk;
        this.file = file;
        this.bytes = bytes;
        this.digests = digests;
        this.here = here;
    }

    /** Begins one that has no block but those of zeroes. */
    static PartialChunk begin(Disk disk, Path file, int bytes, ChunkDigests digests) throws IOException {
        disk.delete(file);
        try (DiskFile open = disk.open(file)) {
            open.write(bytes, ByteBuffer.wrap(digests.list()));
        }
        BitSet here = new BitSet();
        for (int block = 0; block < digests.blocks(); block++) {
            here.set(block, digests.isZero(block));
        }
        return new PartialChunk(disk, file, bytes, digests, here);
    }

    /** What an earlier process has left in {@code file}; null where that is of no use. */
    static PartialChunk load(Disk disk, Path file, String chunk, int bytes) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(bytes);
        byte[] list = new byte[ChunkDigests.blocks(bytes) * ChunkDigests.DIGEST_BYTES];
        try (DiskFile open = disk.open(file)) {
            open.read(bytes, ByteBuffer.wrap(list));
            open.read(0, content);
        } catch (EOFException neverBegun) {
            return null;
        }
        ChunkDigests digests = new ChunkDigests(list);
        if (!digests.name().equals(chunk)) {
            return null;
        }
        BitSet here = new BitSet();
        PartialChunk partial = new PartialChunk(disk, file, bytes, digests, here);
        for (int block = 0; block < digests.blocks(); block++) {
            here.set(block, digests.matches(block, content.slice(partial.start(block), partial.length(block))));
        }
        return partial;
    }

    ChunkDigests digests() {
        return digests;
    }

    int start(int block) {
        return block * ChunkDigests.BLOCK_BYTES;
    }

    int length(int block) {
        return Math.min(ChunkDigests.BLOCK_BYTES, bytes - start(block));
    }

    synchronized boolean isWhole() {
        return here.cardinality() == digests.blocks();
    }

    /** The blocks of a range of bytes that lack. */
    synchronized BitSet lacking(int start, int length) {
        BitSet lacking = new BitSet();
        lacking.set(start / ChunkDigests.BLOCK_BYTES, ChunkDigests.blocks(start + length));
        lacking.andNot(here);
        return lacking;
    }

    /** Fills {@code target} from {@code start} on; false where a block of it lacks, or is damaged, or all is whole meanwhile. */
    synchronized boolean read(int start, ByteBuffer target) throws IOException {
        if (moved || !lacking(start, target.remaining()).isEmpty()) {
            return false;
        }
        try (DiskFile open = disk.open(file)) {
            for (int at = start, end = start + target.remaining(); at < end; ) {
                int block = at / ChunkDigests.BLOCK_BYTES;
                ByteBuffer content = ByteBuffer.allocate(length(block));
                open.read(start(block), content);
                if (!digests.matches(block, content.flip())) {
                    here.clear(block);
                    damages++;
                    requireUsableDisk();
                    return false;
                }
                int within = at - start(block);
                int count = Math.min(end - at, length(block) - within);
                target.put(content.slice(within, count));
                at += count;
            }
            return true;
        } catch (EOFException becameWholeElsewhere) {
            return false;
        }
    }

    /** What is damaged is fetched anew, but not for ever. */
    private void requireUsableDisk() throws IOException {
        if (damages > MAX_DAMAGES) {
            throw new IOException("%s is damaged again and again: check the disk".formatted(file));
        }
    }

    /** Keeps a block, if it is the one; otherwise false. */
    synchronized boolean store(int block, ByteBuffer content) throws IOException {
        if (content.remaining() != length(block) || !digests.matches(block, content)) {
            return false;
        }
        if (!moved) {
            try (DiskFile open = disk.open(file)) {
                open.write(start(block), content);
            }
            here.set(block);
        }
        return true;
    }

    /** Makes a whole one durable under its name. */
    synchronized void becomeWhole(Path chunk) throws IOException {
        try (DiskFile open = disk.open(file)) {
            open.force();
        }
        disk.createDirectories(chunk.getParent());
        disk.move(file, chunk);
        moved = true;
        disk.forceDirectory(chunk.getParent());
        disk.forceDirectory(chunk.getParent().getParent());
    }
}
