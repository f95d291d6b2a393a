package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What survives a loss of power, the death of the process, and a bad disk. */
class CrashTest {
    private static final long SIZE = 4L * 1024 * 1024;
    private static final int TRUNCATIONS = 40;
    private static final int CORRUPTIONS = 60;
    private static final int INDEX_BYTES = 128 * 1024;
    private static final int CHILD_WRITES = 3_000;

    @TempDir
    Path folder;

    private ImageStore images;
    private LocalVolumePool pool;

    @BeforeEach
    void open() {
        images = Rig.store(folder, Rig.image());
        pool = new LocalVolumePool(folder.resolve("pool"), images);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @Test
    void aTornTailLosesNothingThatWasFlushed() throws IOException {
        Volume volume = pool.create("disk", IMAGE, SIZE, 1);
        Rig.write(volume, 0, Rig.bytes(100 * BLOCK, 1));
        volume.flush();
        Path segment = segments(folder.resolve("pool")).getLast();
        long flushed = Files.size(segment);
        Rig.write(volume, 100 * BLOCK, Rig.bytes(50 * BLOCK, 2));
        long written = Files.size(segment);
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < TRUNCATIONS; i++) {
            Path copy = Rig.copy(folder.resolve("pool"), folder.resolve("copy" + i));
            cut(segments(copy).getLast(), random.nextLong(flushed, written));
            try (LocalVolumePool after = new LocalVolumePool(copy, images)) {
                Volume again = after.open("disk", 1);
                assertThat(Rig.read(again, 0, 100 * BLOCK)).isEqualTo(Rig.bytes(100 * BLOCK, 1));
                Rig.write(again, 0, Rig.bytes(BLOCK, 3));
                again.close();
                assertThat(Rig.read(after.open("disk", 1), 0, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 3));
            }
        }
    }

    @Test
    void aDamagedByteIsAnErrorOrOldButNeverWrongData() throws IOException {
        Volume volume = pool.create("disk", IMAGE, SIZE, 1);
        byte[] content = Rig.bytes(100 * BLOCK, 1);
        for (int block = 0; block < 100; block++) {
            volume.write((long) block * BLOCK, ByteBuffer.wrap(content, block * BLOCK, BLOCK), true);
        }
        SplittableRandom random = new SplittableRandom(12);
        int refused = 0;
        for (int i = 0; i < CORRUPTIONS; i++) {
            Path copy = Rig.copy(folder.resolve("pool"), folder.resolve("copy" + i));
            Path segment = segments(copy).getLast();
            boolean inIndex = random.nextBoolean();
            flip(
                    segment,
                    inIndex ? random.nextLong(6_000) : random.nextLong(INDEX_BYTES, Files.size(segment) - 2 * BLOCK));
            try (LocalVolumePool after = new LocalVolumePool(copy, images)) {
                refused += readsRightOrFails(after, content);
            }
        }
        assertThat(refused).isEqualTo(CORRUPTIONS);
    }

    private static int readsRightOrFails(LocalVolumePool after, byte[] content) {
        Volume again;
        try {
            again = after.open("disk", 1);
        } catch (ImageStoreException e) {
            assertThat(e).hasMessageContaining("0000000001.segment").hasMessageContaining("offset");
            return 1;
        }
        int failed = 0;
        for (int block = 0; block < 100; block++) {
            try {
                assertThat(Rig.read(again, (long) block * BLOCK, BLOCK))
                        .isEqualTo(Arrays.copyOfRange(content, block * BLOCK, (block + 1) * BLOCK));
            } catch (BlockIoException e) {
                failed++;
            }
        }
        return failed;
    }

    @Test
    void whatTheOwnerLostWithThePowerDoesNotLiveOnInAStandby() throws IOException {
        Volume volume = pool.create("disk", IMAGE, SIZE, 1);
        Rig.write(volume, 0, Rig.bytes(10 * BLOCK, 1));
        volume.flush();
        long flushed = Files.size(segments(folder.resolve("pool")).getLast());
        Rig.write(volume, 0, Rig.bytes(BLOCK, 2));
        Rig.write(volume, 20 * BLOCK, Rig.bytes(BLOCK, 2));
        try (LocalVolumePool target = new LocalVolumePool(folder.resolve("target"), images)) {
            Volume to = target.standby("disk", volume.description(), 2, volume.source());
            to.catchUp();
            to.prefetch(() -> true, (done, total) -> {});
            Path copy = Rig.copy(folder.resolve("pool"), folder.resolve("copy"));
            cut(segments(copy).getLast(), flushed);
            try (LocalVolumePool after = new LocalVolumePool(copy, images)) {
                Volume again = after.open("disk", 1);
                to.attachSource(again.source());
                assertThatThrownBy(to::catchUp).hasMessageContaining("begin a new standby");
                Rig.write(again, 2 * BLOCK, Rig.bytes(BLOCK, 5));
                Volume anew = target.standby("disk", again.description(), 2, again.source());
                anew.open(again.seal());
                assertThat(Rig.readAll(anew)).isEqualTo(Rig.readAll(again));
            }
        }
    }

    @Test
    void aDamagedBlockIsMendedFromTheFormerHost() throws IOException {
        Volume volume = pool.create("disk", IMAGE, SIZE, 1);
        Rig.write(volume, 0, Rig.bytes(10 * BLOCK, 1));
        try (LocalVolumePool target = new LocalVolumePool(folder.resolve("target"), images)) {
            Volume to = VolumePoolContract.move(volume, target, 2);
            to.prefetch(() -> true, (done, total) -> {});
            Path segment = segments(folder.resolve("target")).getLast();
            flip(segment, Files.size(segment) - 100);
            assertThat(Rig.read(to, 0, 10 * BLOCK)).isEqualTo(Rig.bytes(10 * BLOCK, 1));
            volume.close();
            assertThat(Rig.read(to, 0, 10 * BLOCK)).isEqualTo(Rig.bytes(10 * BLOCK, 1));
        }
    }

    @Test
    void aKilledProcessLosesNoAcknowledgedWrite() throws Exception {
        Path directory = folder.resolve("child");
        Process child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildWriter.class.getName(),
                        folder.toString(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        int acknowledged = -1;
        try (BufferedReader output = child.inputReader(StandardCharsets.US_ASCII)) {
            while (acknowledged < CHILD_WRITES) {
                acknowledged = Integer.parseInt(output.readLine());
            }
            child.toHandle().destroyForcibly();
            assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
            for (String line = output.readLine(); line != null && line.length() == 6; line = output.readLine()) {
                acknowledged = Integer.parseInt(line);
            }
        } finally {
            child.destroyForcibly();
        }
        try (LocalVolumePool after = new LocalVolumePool(directory, images)) {
            Volume again = after.open("disk", 1);
            for (int i = acknowledged - 500; i <= acknowledged; i++) {
                assertThat(Rig.read(again, ChildWriter.offset(i), BLOCK)).isEqualTo(Rig.bytes(BLOCK, i));
            }
        }
    }

    @Test
    void onlyOneProcessHasThePool() {
        assertThatThrownBy(() -> new LocalVolumePool(folder.resolve("pool"), images))
                .isInstanceOf(ImageStoreException.class)
                .hasMessageContaining("in use");
    }

    @Test
    void theInterruptionOfAReaderDoesNoHarm() {
        Volume volume = pool.create("disk", IMAGE, SIZE, 1);
        Rig.write(volume, 0, Rig.bytes(BLOCK, 1));
        Thread.currentThread().interrupt();
        assertThat(Rig.read(volume, 0, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 1));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Rig.read(volume, 0, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 1));
    }

    @Test
    void theInterruptionOfOneThatFlushesDoesNoHarm() {
        Volume volume = pool.create("disk", IMAGE, SIZE, 1);
        Rig.write(volume, 0, Rig.bytes((int) SIZE, 1));
        Rig.write(volume, 0, Rig.bytes((int) SIZE, 2));
        Rig.write(volume, 0, Rig.bytes((int) SIZE, 3));
        Thread.currentThread().interrupt();
        volume.flush();
        assertThat(Thread.interrupted()).isTrue();
        Rig.write(volume, 0, Rig.bytes(BLOCK, 4));
        volume.flush();
        assertThat(Rig.read(volume, 0, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 4));
    }

    private static List<Path> segments(Path pool) throws IOException {
        try (Stream<Path> files = Files.list(pool.resolve("disk"))) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .sorted()
                    .toList();
        }
    }

    private static void cut(Path file, long length) throws IOException {
        try (RandomAccessFile target = new RandomAccessFile(file.toFile(), "rw")) {
            target.setLength(length);
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile target = new RandomAccessFile(file.toFile(), "rw")) {
            target.seek(at);
            int value = target.read();
            target.seek(at);
            target.write(value ^ 0x10);
        }
    }
}
