package io.supercloud.image;

import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalVolumeCopyTest extends VolumeCopyContract {
    private static final int SIZE = 8 * 1024 * 1024;
    private static final int ROUNDS = 12;

    @TempDir
    Path folder;

    @Override
    VolumePool pool(String host) {
        Path directory = folder.resolve(host);
        directory.toFile().mkdirs();
        return new LocalVolumePool(directory.resolve("pool"), Rig.store(directory, Rig.image()));
    }

    private Path prepared(String host) {
        Path directory = folder.resolve(host);
        directory.toFile().mkdirs();
        Rig.store(directory, Rig.image());
        return directory;
    }

    private static LocalVolumePool reopened(Path directory) {
        return new LocalVolumePool(directory.resolve("pool"), new ImageStore(directory.resolve("objects")));
    }

    @Test
    void cleaningTheOriginLeavesTheCopyItsBlocks() {
        Path directory = prepared("cleaned");
        byte[] instant = Rig.bytes(SIZE, 0);
        try (LocalVolumePool pool = reopened(directory)) {
            Volume volume = pool.create("disk", IMAGE, SIZE, 1);
            Rig.write(volume, 0, instant);
            pool.copy("disk", "copy", 1);
            for (int round = 1; round < ROUNDS; round++) {
                Rig.write(volume, 0, Rig.bytes(SIZE, round));
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> volume.stats().logBytes() < 4L * SIZE);
            assertThat(Rig.readAll(pool.open("copy", 1))).isEqualTo(instant);
        }
        try (LocalVolumePool pool = reopened(directory)) {
            assertThat(Rig.readAll(pool.open("copy", 1))).isEqualTo(instant);
            assertThat(Rig.readAll(pool.open("disk", 1))).isEqualTo(Rig.bytes(SIZE, ROUNDS - 1));
        }
    }

    @Test
    void aCopyTakesNoSpaceOfItsOwn() throws IOException {
        Path directory = prepared("shared");
        try (LocalVolumePool pool = reopened(directory)) {
            Rig.write(pool.create("disk", IMAGE, SIZE, 1), 0, Rig.bytes(SIZE, 0));
            pool.copy("disk", "copy", 1);
        }
        Path first = directory.resolve("pool/copy/0000000001.segment");
        assertThat(Files.isSameFile(first, directory.resolve("pool/disk/0000000001.segment")))
                .isTrue();
    }

    /** What a crash within a replacement leaves: the copy is whole, the name is free or not, the old folder is there or not. */
    @Test
    void aCrashWithinAReplacementLeavesTheOneContentOrTheOther() throws IOException {
        Path directory = prepared("crashed");
        byte[] before = Rig.bytes(SIZE, 1);
        byte[] after = Rig.bytes(SIZE, 2);
        try (LocalVolumePool pool = reopened(directory)) {
            Rig.write(pool.create("disk", IMAGE, SIZE, 1), 0, before);
            Rig.write(pool.create("other", IMAGE, SIZE, 1), 0, after);
            pool.copy("other", "copied", 1);
        }
        Path pools = directory.resolve("pool");
        Files.move(pools.resolve("copied"), pools.resolve(".new-disk"));
        Files.createDirectories(pools.resolve(".new-unfinished"));
        try (LocalVolumePool pool = reopened(directory)) {
            assertThat(pool.names()).containsExactly("disk", "other");
            assertThat(Rig.readAll(pool.open("disk", 1))).isEqualTo(before);
            pool.copy("other", "copied", 1);
        }
        Files.move(pools.resolve("copied"), pools.resolve(".new-disk"));
        Files.move(pools.resolve("disk"), pools.resolve(".old-disk"));
        try (LocalVolumePool pool = reopened(directory)) {
            assertThat(pool.names()).containsExactly("disk", "other");
            assertThat(Rig.readAll(pool.open("disk", 1))).isEqualTo(after);
            assertThat(pools.resolve(".old-disk")).doesNotExist();
            assertThatThrownBy(() -> pool.copy("disk", "../escape", 1)).hasMessageContaining("not valid");
        }
    }
}
