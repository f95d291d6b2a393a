package io.supercloud.image.internal.chunk;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.BlockDevice;
import io.supercloud.image.BlockIoException;
import io.supercloud.image.Extent;
import io.supercloud.image.internal.volume.Zeroes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An image in the making, as a device that begins as zeroes: whoever writes to it in order, or nearly so, makes each chunk
 * once. Memory: {@link #MAX_OPEN_CHUNKS} chunks.
 */
public final class ImageWriter implements BlockDevice {
    static final int MAX_OPEN_CHUNKS = 64;

    private final ChunkStore chunks;
    private final long sizeBytes;
    private final List<String> names;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, ByteBuffer> open = new LinkedHashMap<>(16, 0.75f, true);

    public ImageWriter(ChunkStore chunks, long sizeBytes) {
        this.chunks = chunks;
        this.sizeBytes = sizeBytes;
        this.names = new ArrayList<>(Collections.nCopies(Math.toIntExact(ChunkStore.chunks(sizeBytes)), Manifest.ZERO));
    }

    /** What was written, all of it stored. */
    public Manifest finish() throws IOException {
        lock.lock();
        try {
            for (int chunk : List.copyOf(open.keySet())) {
                store(chunk);
            }
            return new Manifest(sizeBytes, names);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Something with the part of a range that is in one chunk. */
    @FunctionalInterface
    private interface PartAction {
        void on(int chunk, int within, int length) throws IOException;
    }

    private void eachPart(long offset, long length, PartAction action) {
        if (offset < 0 || length < 0 || offset > sizeBytes - length) {
            throw new InvalidValueException(
                    "the image has %d bytes: there are no %d bytes at %d".formatted(sizeBytes, length, offset));
        }
        lock.lock();
        try {
            for (long at = offset; at < offset + length; ) {
                int within = (int) (at % ChunkStore.CHUNK_BYTES);
                int part = (int) Math.min(offset + length - at, ChunkStore.CHUNK_BYTES - within);
                action.on((int) (at / ChunkStore.CHUNK_BYTES), within, part);
                at += part;
            }
        } catch (IOException e) {
            throw new BlockIoException(
                    BlockIoException.Reason.FAILED, "a chunk of the image could not be stored: " + e.getMessage(), e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        eachPart(
                offset,
                target.remaining(),
                (chunk, within, length) -> target.put(opened(chunk).slice(within, length)));
    }

    @Override
    public void write(long offset, ByteBuffer source, boolean durable) {
        eachPart(offset, source.remaining(), (chunk, within, length) -> {
            opened(chunk).put(within, source, source.position(), length);
            source.position(source.position() + length);
        });
    }

    @Override
    public void zero(long offset, long length, boolean durable) {
        eachPart(offset, length, (chunk, within, part) -> {
            if (open.containsKey(chunk) || !names.get(chunk).equals(Manifest.ZERO)) {
                Zeroes.fill(opened(chunk).slice(within, part));
            }
        });
    }

    @Override
    public void trim(long offset, long length, boolean durable) {
        zero(offset, length, durable);
    }

    /** Nothing is promised before the whole image is. */
    @Override
    public void flush() {}

    @Override
    public void cache(long offset, long length) {}

    @Override
    public List<Extent> extents(long offset, long length, int most) {
        return List.of(new Extent(length, false));
    }

    private ByteBuffer opened(int chunk) throws IOException {
        ByteBuffer known = open.get(chunk);
        if (known != null) {
            return known;
        }
        if (open.size() == MAX_OPEN_CHUNKS) {
            store(open.keySet().iterator().next());
        }
        int bytes = (int) Math.min(ChunkStore.CHUNK_BYTES, sizeBytes - (long) chunk * ChunkStore.CHUNK_BYTES);
        ByteBuffer content = ByteBuffer.allocateDirect(bytes);
        if (!names.get(chunk).equals(Manifest.ZERO)) {
            content.put(0, chunks.read(names.get(chunk), bytes), 0, bytes);
        }
        open.put(chunk, content);
        return content;
    }

    private void store(int chunk) throws IOException {
        ByteBuffer content = open.remove(chunk);
        names.set(chunk, Zeroes.areAll(content) ? Manifest.ZERO : chunks.store(content));
    }
}
