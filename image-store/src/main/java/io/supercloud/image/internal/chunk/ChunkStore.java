package io.supercloud.image.internal.chunk;

import io.supercloud.image.internal.disk.Disk;
import io.supercloud.image.internal.disk.DurableFiles;
import io.supercloud.image.internal.disk.LocalDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chunks by their content: {@code ab/abcdef...}, named by {@link ChunkDigests}. A file holds the content and then the digests
 * of its blocks. A chunk is mapped into memory and checked against its name when it is first read, and stays mapped while it is
 * among the {@link #MAX_MAPPED_CHUNKS} last used. Chunks that are not whole yet are in another folder.
 */
public final class ChunkStore {
    public static final int CHUNK_BYTES = 1024 * 1024;
    /** Mapped chunks take address space, and page cache that the kernel takes back at need; no heap. */
    static final int MAX_MAPPED_CHUNKS = 4096;

    private static final int MAX_CHUNK_BLOCKS = CHUNK_BYTES / ChunkDigests.BLOCK_BYTES;
    private static final int BLOCK_AND_DIGEST_BYTES = ChunkDigests.BLOCK_BYTES + ChunkDigests.DIGEST_BYTES;

    private final Disk disk = new LocalDisk();
    private final Path directory;
    private final Path partial;
    private final Map<String, MappedByteBuffer> mapped = new LinkedHashMap<>(16, 0.75f, true);
    private BlockIndex index;

    /** @param partial for chunks that are not whole */
    public ChunkStore(Path directory, Path partial) {
        this.directory = directory;
        this.partial = partial;
    }

    public static long chunks(long sizeBytes) {
        return (sizeBytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
    }

    /** Stores what remains in {@code content}, which is not consumed, and returns its name. */
    public String store(ByteBuffer content) throws IOException {
        ChunkDigests digests = ChunkDigests.of(content);
        String name = digests.name();
        Path path = path(name);
        if (!Files.exists(path)) {
            Files.createDirectories(path.getParent());
            ByteBuffer file = ByteBuffer.allocateDirect(content.remaining() + digests.list().length);
            DurableFiles.write(
                    disk,
                    path,
                    file.put(content.duplicate()).put(digests.list()).flip());
            disk.forceDirectory(directory);
        }
        return name;
    }

    /** A whole chunk as it is on the disk: content and digests. */
    ByteBuffer file(String name) throws IOException {
        return ByteBuffer.wrap(disk.readAll(path(name)));
    }

    boolean has(String name) {
        return Files.exists(path(name));
    }

    /** The content of a chunk, read-only. */
    ByteBuffer read(String name, int lengthBytes) throws IOException {
        synchronized (mapped) {
            MappedByteBuffer known = mapped.get(name);
            if (known != null) {
                return known;
            }
        }
        MappedByteBuffer content = verify(name, lengthBytes);
        synchronized (mapped) {
            mapped.put(name, content);
            if (mapped.size() > MAX_MAPPED_CHUNKS) {
                mapped.remove(mapped.keySet().iterator().next());
            }
        }
        return content;
    }

    /** A chunk's content, which was read whole and is as its name says. */
    MappedByteBuffer verify(String name, int lengthBytes) throws IOException {
        MappedByteBuffer content = map(path(name), lengthBytes);
        if (content.capacity() != lengthBytes
                || !ChunkDigests.of(content).name().equals(name)) {
            throw new IOException(
                    "chunk %s is damaged: its content does not match its name; delete it and import the image anew"
                            .formatted(path(name)));
        }
        return content;
    }

    /** The digests of a whole chunk's blocks. */
    ChunkDigests digests(String name, int lengthBytes) throws IOException {
        byte[] file = disk.readAll(path(name));
        int length = Math.min(lengthBytes, file.length);
        return ChunkDigests.verified(Arrays.copyOfRange(file, length, file.length), name, lengthBytes);
    }

    /** Whether a part of a chunk was read before and is in memory. */
    boolean isInMemory(String hash, int start, int length) {
        synchronized (mapped) {
            MappedByteBuffer known = mapped.get(hash);
            return known != null && known.slice(start, length).isLoaded();
        }
    }

    private static MappedByteBuffer map(Path path, int lengthBytes) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return file.map(FileChannel.MapMode.READ_ONLY, 0, Math.min(file.size(), lengthBytes));
        }
    }

    /** What an earlier process has left of a chunk; null where there is nothing of use. */
    PartialChunk loadPartial(String name, int lengthBytes) throws IOException {
        Path file = partial.resolve(name);
        return Files.exists(file) ? PartialChunk.load(disk, file, name, lengthBytes) : null;
    }

    PartialChunk beginPartial(String name, int lengthBytes, ChunkDigests digests) throws IOException {
        return PartialChunk.begin(disk, partial.resolve(name), lengthBytes, digests);
    }

    /** Takes a chunk that has become whole; durable on return. */
    void adopt(PartialChunk whole, String name) throws IOException {
        whole.becomeWhole(path(name));
    }

    /** Fills a block from any chunk here that has its content; false where none is known to. */
    boolean copyKnown(PartialChunk chunk, int block) throws IOException {
        BlockIndex.Place place = index().find(chunk.digests().key(block));
        if (place == null || !has(place.chunk())) {
            return false;
        }
        ByteBuffer content = ByteBuffer.allocate(chunk.length(block));
        try (FileChannel file = FileChannel.open(path(place.chunk()), StandardOpenOption.READ)) {
            long start = (long) place.block() * ChunkDigests.BLOCK_BYTES;
            while (content.hasRemaining() && file.read(content, start + content.position()) > 0) {}
        }
        return chunk.store(block, content.flip());
    }

    /** Of the chunks that were here when it was first asked for. */
    private synchronized BlockIndex index() throws IOException {
        if (index == null) {
            List<Path> files = new ArrayList<>();
            for (Path folder : DurableFiles.list(disk, directory)) {
                files.addAll(DurableFiles.list(disk, folder));
            }
            BlockIndex built = new BlockIndex((long) files.size() * MAX_CHUNK_BLOCKS);
            for (Path file : files) {
                addTo(built, file);
            }
            index = built;
        }
        return index;
    }

    /** What is known of the chunks here from now on, when an image begins to arrive. */
    public synchronized void forgetIndex() {
        index = null;
    }

    private static void addTo(BlockIndex built, Path file) throws IOException {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.READ)) {
            long blocks = (open.size() + BLOCK_AND_DIGEST_BYTES - 1) / BLOCK_AND_DIGEST_BYTES;
            ByteBuffer list = ByteBuffer.allocate((int) blocks * ChunkDigests.DIGEST_BYTES);
            open.read(list, open.size() - list.capacity());
            built.add(file.getFileName().toString(), new ChunkDigests(list.array()));
        }
    }

    /** Deletes all chunks but these. */
    public void keepOnly(Set<String> hashes) throws IOException {
        for (Path file : disk.list(partial)) {
            if (!hashes.contains(file.getFileName().toString())) {
                Files.delete(file);
            }
        }
        for (Path folder : DurableFiles.list(disk, directory)) {
            for (Path chunk : DurableFiles.list(disk, folder)) {
                if (!hashes.contains(chunk.getFileName().toString())) {
                    Files.delete(chunk);
                }
            }
        }
        synchronized (mapped) {
            mapped.keySet().retainAll(hashes);
        }
    }

    private Path path(String hash) {
        return directory.resolve(hash.substring(0, 2)).resolve(hash);
    }
}
