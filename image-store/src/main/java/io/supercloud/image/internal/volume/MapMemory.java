package io.supercloud.image.internal.volume;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory for the maps of a pool's volumes, outside of the heap. Up to a budget it is the process's own; what is beyond lies in
 * files, one for each volume, which the kernel keeps in memory as far as it has some and writes out otherwise. The files are
 * of no use to a later process.
 */
public final class MapMemory {
    /** Enough for 50 GiB of written blocks. */
    public static final long DEFAULT_BUDGET_BYTES = 256L << 20;

    /** For tests and simulations: in the heap. */
    public static final MapMemory UNBOUNDED = new MapMemory(Long.MAX_VALUE, Optional.empty());

    /** What the files are called; no volume's name begins so. */
    public static final String FILE_PREFIX = ".map-";

    private static final int EXTENT_PAGES = 64;

    private final long budgetBytes;
    private final Optional<Path> directory;
    private final AtomicLong usedBytes = new AtomicLong();
    private final AtomicLong fileBytes = new AtomicLong();

    public MapMemory(long budgetBytes, Path directory) {
        this(budgetBytes, Optional.of(directory));
    }

    private MapMemory(long budgetBytes, Optional<Path> directory) {
        this.budgetBytes = budgetBytes;
        this.directory = directory;
    }

    /** How much of the budget is used. */
    public long usedBytes() {
        return usedBytes.get();
    }

    /** How much lies in files, which have no names. */
    public long fileBytes() {
        return fileBytes.get();
    }

    Pages newPages(int pageBytes) {
        return new Pages(pageBytes);
    }

    /** The pages of one map. One thread at a time. */
    final class Pages implements AutoCloseable {
        private final int pageBytes;
        private final ByteBuffer zeroes;
        private long ownBytes;
        private FileChannel file;
        private MemorySegment extent;
        private int takenOfExtent = EXTENT_PAGES;
        private long extents;

        private Pages(int pageBytes) {
            this.pageBytes = pageBytes;
            this.zeroes = ByteBuffer.allocate(pageBytes);
        }

        /** A page of zeroes, which stays for as long as somebody refers to it. Throws where the disk is full. */
        MemorySegment page() throws IOException {
            if (directory.isEmpty()) {
                return MemorySegment.ofArray(new long[pageBytes / Long.BYTES]);
            }
            if (usedBytes.addAndGet(pageBytes) <= budgetBytes) {
                ownBytes += pageBytes;
                return Arena.ofAuto().allocate(pageBytes, Long.BYTES);
            }
            usedBytes.addAndGet(-pageBytes);
            if (takenOfExtent == EXTENT_PAGES) {
                extent = nextExtent();
                takenOfExtent = 0;
            }
            return extent.asSlice((long) takenOfExtent++ * pageBytes, pageBytes);
        }

        /** Takes its space on the disk at once: a page that finds none when it is written to could not be told of. */
        private MemorySegment nextExtent() throws IOException {
            if (file == null) {
                file = FileChannel.open(
                        Files.createTempFile(directory.orElseThrow(), FILE_PREFIX, ".pages"),
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE);
            }
            long start = extents * EXTENT_PAGES * pageBytes;
            for (int page = 0; page < EXTENT_PAGES; page++) {
                ByteBuffer rest = zeroes.clear();
                while (rest.hasRemaining()) {
                    file.write(rest, start + (long) page * pageBytes + rest.position());
                }
            }
            MemorySegment mapped =
                    file.map(FileChannel.MapMode.READ_WRITE, start, (long) EXTENT_PAGES * pageBytes, Arena.ofAuto());
            extents++;
            fileBytes.addAndGet(mapped.byteSize());
            return mapped;
        }

        /** No more pages are taken; those that were are free when nobody refers to them. */
        @Override
        public void close() throws IOException {
            usedBytes.addAndGet(-ownBytes);
            ownBytes = 0;
            fileBytes.addAndGet(-extents * EXTENT_PAGES * pageBytes);
            extents = 0;
            if (file != null) {
                file.close();
            }
        }
    }
}
