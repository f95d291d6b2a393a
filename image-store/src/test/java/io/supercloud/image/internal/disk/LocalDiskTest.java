package io.supercloud.image.internal.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LocalDiskTest {
    private static final int FILES = 60;
    private static final int MOST_OPEN = 5;
    private static final int THREADS = 4;
    private static final int ROUNDS = 3_000;
    private static final int PLACES = 16;

    @TempDir
    Path folder;

    /** Each thread has a place of its own in every file, and interrupts itself at times. */
    @Test
    void manyFilesAreUsedWithFewOpenAndLoseNothing() throws Exception {
        LocalDisk disk = new LocalDisk(MOST_OPEN);
        List<DiskFile> files = new ArrayList<>();
        for (int i = 0; i < FILES; i++) {
            files.add(disk.open(folder.resolve("file" + i)));
            files.getLast().write(0, ByteBuffer.allocate(PLACES * Long.BYTES));
        }
        List<Future<?>> ends = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int thread = 0; thread < THREADS; thread++) {
                int me = thread;
                ends.add(threads.submit(() -> use(files, me)));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        }
        assertThat(descriptors()).isLessThanOrEqualTo(2L * (MOST_OPEN + THREADS));
        for (DiskFile file : files) {
            file.close();
        }
        assertThat(descriptors()).isZero();
    }

    private static Void use(List<DiskFile> files, int me) throws IOException {
        SplittableRandom random = new SplittableRandom(me);
        long[] written = new long[FILES];
        ByteBuffer number = ByteBuffer.allocateDirect(Long.BYTES);
        for (int round = 1; round <= ROUNDS; round++) {
            int file = random.nextInt(FILES);
            if (random.nextInt(50) == 0) {
                Thread.currentThread().interrupt();
            }
            if (random.nextBoolean()) {
                files.get(file)
                        .write(
                                (long) me * Long.BYTES,
                                number.clear().putLong(round).flip());
                written[file] = round;
            } else if (random.nextBoolean()) {
                files.get(file).read((long) me * Long.BYTES, number.clear());
                assertThat(number.getLong(0)).isEqualTo(written[file]);
            } else if (files.get(file).readNow((long) me * Long.BYTES, number.clear())) {
                assertThat(number.getLong(0)).isEqualTo(written[file]);
            }
        }
        return null;
    }

    private long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(this::isOurs).count();
        }
    }

    private boolean isOurs(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).startsWith(folder);
        } catch (IOException goneMeanwhile) {
            return false;
        }
    }
}
