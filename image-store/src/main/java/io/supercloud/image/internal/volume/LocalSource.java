package io.supercloud.image.internal.volume;

import io.supercloud.image.BaseNames;
import io.supercloud.image.BlockData;
import io.supercloud.image.Changes;
import io.supercloud.image.VolumeSource;
import java.io.IOException;

/** What a copy serves to another host. */
final class LocalSource implements VolumeSource {
    private final LocalBlocks blocks;
    private final ReadPath reads;
    private final Heat heat;
    private volatile long recovered;
    private volatile long restarted;

    LocalSource(LocalBlocks blocks, ReadPath reads, Heat heat) {
        this.blocks = blocks;
        this.reads = reads;
        this.heat = heat;
    }

    @Override
    public BaseNames baseNames(int first) throws IOException {
        return blocks.base().names(first);
    }

    @Override
    public byte[] baseDigests(int chunk) throws IOException {
        return ofChunk(chunk, () -> blocks.base().digests(chunk));
    }

    @Override
    public byte[] baseBlocks(int chunk, long[] wanted) throws IOException {
        return ofChunk(chunk, () -> blocks.base().blocks(chunk, wanted));
    }

    @Override
    public int[] hottest() {
        return heat.hottest();
    }

    /** Something that is read of a chunk. */
    @FunctionalInterface
    private interface ChunkRead {
        byte[] bytes() throws IOException;
    }

    private byte[] ofChunk(int chunk, ChunkRead read) throws IOException {
        long start = (long) chunk * STRETCH_BYTES;
        if (chunk < 0 || start >= blocks.base().sizeBytes() || blocks.base().isHole(start, STRETCH_BYTES)) {
            throw new IOException("the base image has no content in chunk %d".formatted(chunk));
        }
        reads.fetchChunk(chunk);
        return read.bytes();
    }

    /** Versions between these two may have been given and lost with the power. */
    void setLostRange(long lastRecovered, long lastBeforeFirstNew) {
        recovered = lastRecovered;
        restarted = lastBeforeFirstNew;
    }

    @Override
    public Changes changesAfter(long cursor) throws IOException {
        if (cursor > recovered && cursor < restarted) {
            throw new IOException(
                    "the source was opened again and may have lost version %x: begin a new standby".formatted(cursor));
        }
        blocks.log().forceEagerly();
        return changesHere(cursor);
    }

    /** As {@link #changesAfter}, whatever may have been lost. */
    Changes changesHere(long cursor) {
        return ChangeList.after(blocks.map(), cursor, blocks.lastVersion(), MAX_CHANGES);
    }

    @Override
    public BlockData read(long[] wanted) throws IOException {
        if (wanted.length > MAX_BLOCKS) {
            throw new IOException(
                    "%d blocks are asked for at once, at most %d are served".formatted(wanted.length, MAX_BLOCKS));
        }
        long[] versions = new long[wanted.length];
        byte[][] data = new byte[wanted.length][];
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] < 0 || wanted[i] >= blocks.map().blocks()) {
                throw new IOException("block %d is asked for, but the volume has %d blocks"
                        .formatted(wanted[i], blocks.map().blocks()));
            }
            BlockReader.VersionedBlock found = reads.readVersioned(wanted[i]);
            versions[i] = found.version();
            data[i] = found.data();
        }
        return new BlockData(wanted, versions, data);
    }
}
