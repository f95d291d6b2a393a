package io.supercloud.image.internal.chunk;

import io.supercloud.image.BaseNames;
import io.supercloud.image.VolumeSource;
import io.supercloud.image.internal.volume.BaseImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An image that comes from another host or an object store, block by block as it is read, until all of it is here. A block that any image here
 * has is not sent for; every block that comes is verified by the image's manifest.
 */
public final class ArrivingImage implements BaseImage {
    /** With 10 KiB each. One that is forgotten is read from its file again. */
    private static final int MAX_PARTIAL_CHUNKS = 256;

    private final ChunkStore chunks;
    private final Manifest manifest;
    private final ChunkedImage content;
    private final Optional<VolumeSource> home;
    private final Runnable completed;
    private final ReentrantLock lock = new ReentrantLock();
    private final BitSet lacking = new BitSet();
    private final Map<Integer, PartialChunk> partial = new LinkedHashMap<>();
    private final AtomicLong missingBlocks = new AtomicLong();
    private boolean told;

    /**
     * @param home an object store that has it
     * @param completed called once, when everything is here and durable
     */
    public ArrivingImage(ChunkStore chunks, Manifest manifest, Optional<VolumeSource> home, Runnable completed) {
        this.chunks = chunks;
        this.manifest = manifest;
        this.content = new ChunkedImage(chunks, manifest);
        this.home = home;
        this.completed = completed;
        for (int chunk = 0; chunk < manifest.hashes().size(); chunk++) {
            if (!manifest.isZero(chunk)) {
                lacking.set(chunk);
                missingBlocks.addAndGet(blocks(chunk));
            }
        }
    }

    /** Tells that everything is here, where it is and that was not told yet. */
    public void tellWhole() {
        lock.lock();
        try {
            if (lacking.isEmpty() && !told) {
                told = true;
                completed.run();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<VolumeSource> home() {
        return home;
    }

    private int blocks(int chunk) {
        return ChunkDigests.blocks(manifest.chunkBytes(chunk));
    }

    @Override
    public long sizeBytes() {
        return manifest.sizeBytes();
    }

    @Override
    public long missingBlocks() {
        return missingBlocks.get();
    }

    @Override
    public boolean isHole(long offset, long length) {
        return content.isHole(offset, length);
    }

    @Override
    public boolean readNow(long offset, ByteBuffer target) {
        return areHere(offset, target.remaining()) && content.readNow(offset, target);
    }

    private boolean areHere(long offset, long length) {
        for (int chunk = manifest.chunkAt(offset); chunk < manifest.chunkBehind(offset + length); chunk++) {
            if (isLacking(chunk)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean read(long offset, ByteBuffer target) throws IOException {
        long at = offset;
        while (target.hasRemaining() && at < sizeBytes()) {
            int chunk = manifest.chunkAt(at);
            int within = (int) (at % ChunkStore.CHUNK_BYTES);
            int length = Math.min(target.remaining(), manifest.chunkBytes(chunk) - within);
            ByteBuffer part = target.slice(target.position(), length);
            if (isLacking(chunk)) {
                PartialChunk known = partial(chunk);
                if (known == null || !known.read(within, part)) {
                    return false;
                }
            } else if (!content.read(at, part)) {
                return false;
            }
            target.position(target.position() + length);
            at += length;
        }
        return content.read(at, target);
    }

    /** Whether a chunk is not whole; one that another image brought meanwhile is. */
    private boolean isLacking(int chunk) {
        lock.lock();
        try {
            if (lacking.get(chunk) && chunks.has(manifest.hashes().get(chunk))) {
                arrived(chunk);
            }
            return lacking.get(chunk);
        } finally {
            lock.unlock();
        }
    }

    private void arrived(int chunk) {
        lacking.clear(chunk);
        partial.remove(chunk);
        missingBlocks.addAndGet(-blocks(chunk));
        tellWhole();
    }

    /** What is here of a lacking chunk; null where nothing is known of it. */
    private PartialChunk partial(int chunk) throws IOException {
        lock.lock();
        try {
            PartialChunk known = partial.get(chunk);
            if (known == null) {
                known = chunks.loadPartial(manifest.hashes().get(chunk), manifest.chunkBytes(chunk));
                remember(chunk, known);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private void remember(int chunk, PartialChunk known) {
        if (known != null) {
            partial.put(chunk, known);
            if (partial.size() > MAX_PARTIAL_CHUNKS) {
                partial.remove(partial.keySet().iterator().next());
            }
        }
    }

    @Override
    public int nextMissingChunk(int from) {
        int chunk = from;
        do {
            lock.lock();
            try {
                chunk = lacking.nextSetBit(chunk);
            } finally {
                lock.unlock();
            }
        } while (chunk >= 0 && !isLacking(chunk));
        return chunk;
    }

    @Override
    public long fetch(long offset, long length, VolumeSource from) throws IOException {
        long fetched = 0;
        long end = Math.min(offset + length, sizeBytes());
        for (long at = offset; at < end; ) {
            int chunk = manifest.chunkAt(at);
            int within = (int) (at % ChunkStore.CHUNK_BYTES);
            int part = (int) Math.min(end - at, manifest.chunkBytes(chunk) - within);
            if (isLacking(chunk)) {
                fetched += fetch(chunk, within, part, from);
            }
            at += part;
        }
        return fetched;
    }

    private long fetch(int chunk, int start, int length, VolumeSource from) throws IOException {
        String name = manifest.hashes().get(chunk);
        long fetched = 0;
        PartialChunk known = partial(chunk);
        if (known == null) {
            byte[] list = from.baseDigests(chunk);
            fetched += list.length;
            known = begin(chunk, ChunkDigests.verified(list, name, manifest.chunkBytes(chunk)));
        }
        BitSet wanted = known.lacking(start, length);
        for (int block = wanted.nextSetBit(0); block >= 0; block = wanted.nextSetBit(block + 1)) {
            wanted.set(block, !chunks.copyKnown(known, block));
        }
        if (!wanted.isEmpty()) {
            fetched += store(known, wanted, from.baseBlocks(chunk, wanted.toLongArray()), name);
        }
        if (known.isWhole()) {
            complete(chunk, known);
        }
        return fetched;
    }

    /** Two readers may have asked for the digests at a time. */
    private PartialChunk begin(int chunk, ChunkDigests digests) throws IOException {
        lock.lock();
        try {
            PartialChunk known = partial(chunk);
            if (known == null) {
                known = chunks.beginPartial(manifest.hashes().get(chunk), manifest.chunkBytes(chunk), digests);
                remember(chunk, known);
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private static long store(PartialChunk chunk, BitSet wanted, byte[] blocks, String name) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(blocks);
        for (int block = wanted.nextSetBit(0); block >= 0; block = wanted.nextSetBit(block + 1)) {
            int length = Math.min(chunk.length(block), rest.remaining());
            if (!chunk.store(block, rest.slice(rest.position(), length))) {
                throw new IOException("the source sent other content for block %d of chunk %s than its name says"
                        .formatted(block, name));
            }
            rest.position(rest.position() + length);
        }
        return blocks.length;
    }

    private void complete(int chunk, PartialChunk known) throws IOException {
        lock.lock();
        try {
            if (isLacking(chunk)) {
                chunks.adopt(known, manifest.hashes().get(chunk));
                arrived(chunk);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public BaseNames names(int first) {
        return content.names(first);
    }

    @Override
    public int verify(int chunk) throws IOException {
        return isLacking(chunk) ? 0 : content.verify(chunk);
    }

    @Override
    public byte[] digests(int chunk) throws IOException {
        return content.digests(chunk);
    }

    @Override
    public byte[] blocks(int chunk, long[] wanted) throws IOException {
        return content.blocks(chunk, wanted);
    }
}
