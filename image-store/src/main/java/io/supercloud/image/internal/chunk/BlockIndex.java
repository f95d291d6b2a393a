package io.supercloud.image.internal.chunk;

import java.util.ArrayList;
import java.util.List;

/**
 * Which chunk here has a block of a given content. Memory: 24 bytes for each block, and at most {@link #MAX_BLOCKS}; of what
 * is beyond nobody knows that it is here, so it is fetched once more. One thread builds it; then it is not changed.
 */
final class BlockIndex {
    /** 4 GiB of images, 24 MiB of memory. */
    static final int MAX_BLOCKS = 1 << 20;

    private static final int BLOCK_BITS = 8;

    /** A block of a chunk. */
    record Place(String chunk, int block) {}

    private final List<String> chunks = new ArrayList<>();
    private final long[] keys;
    /** Number of the chunk and of the block, plus 1; 0 where nothing is. */
    private final int[] places;

    private final int maxBlocks;
    private int blocks;

    /** @param expectedBlocks how many will be added, about */
    BlockIndex(long expectedBlocks) {
        maxBlocks = (int) Math.min(expectedBlocks, MAX_BLOCKS);
        int slots = Math.max(2, Integer.highestOneBit(Math.max(1, maxBlocks)) << 2);
        keys = new long[slots];
        places = new int[slots];
    }

    void add(String chunk, ChunkDigests digests) {
        for (int block = 0; block < digests.blocks() && blocks < maxBlocks; block++) {
            int slot = slot(digests.key(block));
            if (places[slot] == 0) {
                keys[slot] = digests.key(block);
                places[slot] = (chunks.size() << BLOCK_BITS | block) + 1;
                blocks++;
            }
        }
        chunks.add(chunk);
    }

    /** Where a block with this key may be, or null; its content is to be verified. */
    Place find(long key) {
        int place = places[slot(key)] - 1;
        return place < 0 ? null : new Place(chunks.get(place >>> BLOCK_BITS), place & (1 << BLOCK_BITS) - 1);
    }

    /** The slot of this key, or the free one that it would get. Keys are digests, so they are spread already. */
    private int slot(long key) {
        int slot = (int) key & keys.length - 1;
        while (places[slot] != 0 && keys[slot] != key) {
            slot = slot + 1 & keys.length - 1;
        }
        return slot;
    }
}
