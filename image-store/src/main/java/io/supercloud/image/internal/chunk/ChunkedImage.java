package io.supercloud.image.internal.chunk;

import io.supercloud.image.internal.volume.BaseImage;
import io.supercloud.image.internal.volume.Zeroes;
import java.io.IOException;
import java.nio.ByteBuffer;

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
    public void read(long offset, ByteBuffer target) throws IOException {
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
            read(offset, target);
            return true;
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
}
