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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Chunks by the SHA-256 of their content: {@code ab/abcdef...}. A chunk is mapped into memory and checked against its
 * name when it is first read, and stays mapped while it is among the {@link #MAX_MAPPED_CHUNKS} last used.
 */
public final class ChunkStore {
    public static final int CHUNK_BYTES = 1024 * 1024;
    /** Mapped chunks take address space, and page cache that the kernel takes back at need; no heap. */
    static final int MAX_MAPPED_CHUNKS = 4096;

    private final Disk disk = new LocalDisk();
    private final Path directory;
    private final Map<String, MappedByteBuffer> mapped = new LinkedHashMap<>(16, 0.75f, true);

    public ChunkStore(Path directory) {
        this.directory = directory;
    }

    public static long chunks(long sizeBytes) {
        return (sizeBytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
    }

    /** Stores what remains in {@code content}, which is not consumed, and returns its name. */
    public String store(ByteBuffer content) throws IOException {
        String hash = hash(content);
        Path path = path(hash);
        if (!Files.exists(path)) {
            Files.createDirectories(path.getParent());
            DurableFiles.write(disk, path, content.duplicate());
            disk.forceDirectory(directory);
        }
        return hash;
    }

    /** The content of a chunk, read-only. */
    ByteBuffer read(String hash, int lengthBytes) throws IOException {
        synchronized (mapped) {
            MappedByteBuffer known = mapped.get(hash);
            if (known != null) {
                return known;
            }
        }
        MappedByteBuffer content = map(path(hash));
        if (content.capacity() != lengthBytes || !hash(content).equals(hash)) {
            throw new IOException(
                    "chunk %s is damaged: its content does not match its name; delete it and import the image anew"
                            .formatted(path(hash)));
        }
        synchronized (mapped) {
            mapped.put(hash, content);
            if (mapped.size() > MAX_MAPPED_CHUNKS) {
                mapped.remove(mapped.keySet().iterator().next());
            }
        }
        return content;
    }

    /** Whether a part of a chunk was read before and is in memory. */
    boolean isInMemory(String hash, int start, int length) {
        synchronized (mapped) {
            MappedByteBuffer known = mapped.get(hash);
            return known != null && known.slice(start, length).isLoaded();
        }
    }

    private static MappedByteBuffer map(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
        }
    }

    /** Deletes all chunks but these. */
    public void keepOnly(Set<String> hashes) throws IOException {
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

    private static String hash(ByteBuffer content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(content.duplicate());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
