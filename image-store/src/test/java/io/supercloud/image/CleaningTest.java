package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CleaningTest {
    private static final int SIZE = 8 * 1024 * 1024;
    private static final int ROUNDS = 12;

    @TempDir
    Path folder;

    @Test
    void overwrittenSpaceComesBackAndNothingElseIsLost() {
        ImageStore images = Rig.store(folder, Rig.image());
        byte[] expected = Arrays.copyOf(Rig.image(), SIZE);
        Path directory = folder.resolve("pool");
        try (LocalVolumePool pool = new LocalVolumePool(directory, images)) {
            Volume volume = pool.create("disk", IMAGE, SIZE, 1);
            for (int round = 0; round < ROUNDS; round++) {
                byte[] data = Rig.bytes(SIZE - round * BLOCK, round);
                Rig.write(volume, (long) round * BLOCK, data);
                System.arraycopy(data, 0, expected, round * BLOCK, data.length);
            }
            assertThat(volume.stats().logBytes()).isGreaterThan(4L * SIZE);
            await().atMost(Duration.ofSeconds(20)).until(() -> volume.stats().logBytes() < 4L * SIZE);
            assertThat(Arrays.mismatch(Rig.readAll(volume), expected)).isEqualTo(-1);
        }
        try (LocalVolumePool pool = new LocalVolumePool(directory, images)) {
            Volume again = pool.open("disk", 1);
            assertThat(again.state()).isEqualTo(new VolumeState.Open(1));
            assertThat(Arrays.mismatch(Rig.readAll(again), expected)).isEqualTo(-1);
        }
    }
}
