package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damage on the disk that nobody has read yet. */
@Timeout(60)
class ScrubTest {
    private static final long SIZE = 4L * 1024 * 1024;
    private static final int WRITTEN = 100;
    private static final int IMAGE_BLOCKS = 385;

    @TempDir
    Path folder;

    private ImageStore images;
    private LocalVolumePool here;
    private LocalVolumePool there;
    private Volume origin;
    private Volume volume;

    @BeforeEach
    void moveADisk() {
        images = Rig.store(folder, Rig.image());
        here = new LocalVolumePool(folder.resolve("here"), images);
        there = new LocalVolumePool(folder.resolve("there"), images);
        origin = here.create("disk", IMAGE, SIZE, 1);
        Rig.write(origin, 0, Rig.bytes(WRITTEN * BLOCK, 1));
        volume = VolumePoolContract.move(origin, there, 2);
        volume.prefetch(() -> true, (done, total) -> {});
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    @Test
    void aSoundVolumeIsReadWhollyWithItsImage() {
        assertThat(volume.scrub((done, total) -> {})).isEqualTo(new ScrubReport(WRITTEN + IMAGE_BLOCKS, 0, 0, ""));
    }

    @Test
    void damageIsMendedWhileTheFormerHostHasTheBlockAndToldWhenNobodyHas() throws IOException {
        Path segment = newest(folder.resolve("there/disk"));
        flip(segment, Files.size(segment) - 100);
        flip(segment, Files.size(segment) - 5 * BLOCK);
        assertThat(volume.scrub((done, total) -> {})).isEqualTo(new ScrubReport(WRITTEN + IMAGE_BLOCKS, 2, 0, ""));
        assertThat(volume.scrub((done, total) -> {})).isEqualTo(new ScrubReport(WRITTEN + IMAGE_BLOCKS, 0, 0, ""));

        volume.dropSource();
        segment = newest(folder.resolve("there/disk"));
        flip(segment, Files.size(segment) - 100);
        ScrubReport report = volume.scrub((done, total) -> {});
        assertThat(report.damaged()).isEqualTo(1);
        assertThat(report.blocks()).isEqualTo(WRITTEN + IMAGE_BLOCKS - 1);
        assertThat(report.firstDamage()).contains(segment.getFileName().toString());
    }

    @Test
    void aDamagedChunkOfTheImageIsFoundThoughItWasReadBefore() throws IOException {
        assertThat(Rig.read(volume, SIZE / 4, BLOCK)).isNotNull();
        try (Stream<Path> files = Files.walk(folder.resolve("objects/chunks"))) {
            flip(files.filter(Files::isRegularFile).findFirst().orElseThrow(), 70_000);
        }
        ScrubReport report = volume.scrub((done, total) -> {});
        assertThat(report.damaged()).isPositive();
        assertThat(report.firstDamage()).contains("chunk").contains("damaged");
    }

    private static Path newest(Path directory) throws IOException {
        return segments(directory).getLast();
    }

    static List<Path> segments(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .sorted()
                    .toList();
        }
    }

    static void flip(Path file, long position) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[(int) position] ^= 1;
        Files.write(file, content, StandardOpenOption.WRITE);
    }
}
