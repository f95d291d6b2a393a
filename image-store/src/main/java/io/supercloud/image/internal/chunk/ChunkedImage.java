package io.supercloud.image.internal.chunk;

import io.supercloud.image.BaseNames;
import io.supercloud.image.VolumeSource;
import io.supercloud.image.internal.volume.BaseImage;
import io.supercloud.image.internal.volume.Zeroes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;

/** An imported image, as volumes read it. */
public final class ChunkedImage implements BaseImage {
    private final ChunkStore chunks;
    private final Manifest manifest;

    public ChunkedImage(ChunkStore chunks, Manifest manifest) {
        this.chunks = chunks;
        this.manifest = manifest;
    }

    @Override
    public long sizeBytes() {
        return manifest.sizeBytes();
    }

    @Override
    public boolean read(long offset, ByteBuffer target) throws IOException {
        long at = offset;
        while (target.hasRemaining() && at < sizeBytes()) {
            int index = (int) (at / ChunkStore.CHUNK_BYTES);
            int within = (int) (at % ChunkStore.CHUNK_BYTES);
            int length = Math.min(target.remaining(), manifest.chunkBytes(index) - within);
            String hash = manifest.hashes().get(index);
            if (hash.equals(Manifest.ZERO)) {
                Zeroes.fill(target.slice(target.position(), length));
            } else {
                target.put(target.position(), chunks.read(hash, manifest.chunkBytes(index)), within, length);
            }
            target.position(target.position() + length);
            at += length;
        }
        Zeroes.fill(target);
        return true;
    }

    @Override
    public boolean readNow(long offset, ByteBuffer target) {
        long end = Math.min(offset + target.remaining(), sizeBytes());
        for (long at = offset; at < end; at = (at / ChunkStore.CHUNK_BYTES + 1) * ChunkStore.CHUNK_BYTES) {
            int within = (int) (at % ChunkStore.CHUNK_BYTES);
            String hash = manifest.hashes().get((int) (at / ChunkStore.CHUNK_BYTES));
            if (!hash.equals(Manifest.ZERO)
                    && !chunks.isInMemory(hash, within, (int) Math.min(ChunkStore.CHUNK_BYTES - within, end - at))) {
                return false;
            }
        }
        try {
            return read(offset, target);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public boolean isHole(long offset, long length) {
        long end = Math.min(offset + length, sizeBytes());
        for (long at = offset; at < end; at = (at / ChunkStore.CHUNK_BYTES + 1) * ChunkStore.CHUNK_BYTES) {
            if (!manifest.hashes().get((int) (at / ChunkStore.CHUNK_BYTES)).equals(Manifest.ZERO)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public BaseNames names(int first) {
        int all = manifest.hashes().size();
        int end = (int) Math.min(all, (long) first + VolumeSource.MAX_NAMES);
        ByteBuffer names = ByteBuffer.allocate(Math.max(0, end - first) * ChunkDigests.DIGEST_BYTES);
        for (int chunk = first; chunk < end; chunk++) {
            names.put(
                    manifest.isZero(chunk)
                            ? new byte[ChunkDigests.DIGEST_BYTES]
                            : HexFormat.of().parseHex(manifest.hashes().get(chunk)));
        }
        return new BaseNames(sizeBytes(), all, names.array(), manifest.key());
    }

    @Override
    public int verify(int chunk) throws IOException {
        if (manifest.isZero(chunk)) {
            return 0;
        }
        chunks.verify(manifest.hashes().get(chunk), manifest.chunkBytes(chunk));
        return ChunkDigests.blocks(manifest.chunkBytes(chunk));
    }

    @Override
    public byte[] digests(int chunk) throws IOException {
        return chunks.digests(manifest.hashes().get(chunk), manifest.chunkBytes(chunk))
                .list();
    }

    @Override
    public byte[] blocks(int chunk, long[] wanted) throws IOException {
        int bytes = manifest.chunkBytes(chunk);
        BitSet blocks = BitSet.valueOf(wanted);
        if (blocks.length() > ChunkDigests.blocks(bytes)) {
            throw new IOException("block %d of a chunk of %d bytes is asked for".formatted(blocks.length() - 1, bytes));
        }
        ByteBuffer content = chunks.read(manifest.hashes().get(chunk), bytes);
        ByteBuffer found = ByteBuffer.allocate(blocks.cardinality() * ChunkDigests.BLOCK_BYTES);
        for (int block = blocks.nextSetBit(0); block >= 0; block = blocks.nextSetBit(block + 1)) {
            int start = block * ChunkDigests.BLOCK_BYTES;
            found.put(content.slice(start, Math.min(ChunkDigests.BLOCK_BYTES, bytes - start)));
        }
        return Arrays.copyOf(found.array(), found.position());
    }
}
