package io.supercloud.benchmarks;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** The small guest on a large disk, of which a share is filled with what no compression makes smaller. */
final class DiskImage {
    static final long SIZE_BYTES = 2L << 30;
    static final long FILLED_BYTES = 512L << 20;

    private static final int CHUNK_BYTES = 1 << 20;

    private DiskImage() {}

    /** For people. */
    static String about() {
        return "disk of %d MiB, %d MiB of it random data".formatted(SIZE_BYTES >> 20, FILLED_BYTES >> 20);
    }

    static Path make(Path guestImage, Path file, long seed) throws IOException {
        Files.copy(guestImage, file);
        Random random = new Random(seed);
        byte[] chunk = new byte[CHUNK_BYTES];
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.seek(SIZE_BYTES - FILLED_BYTES);
            for (long written = 0; written < FILLED_BYTES; written += CHUNK_BYTES) {
                random.nextBytes(chunk);
                disk.write(chunk);
            }
        }
        return file;
    }
}
