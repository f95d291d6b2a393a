package io.supercloud.migration.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.image.ImageStore;
import io.supercloud.image.InMemoryVolumePool;
import io.supercloud.image.Volume;
import io.supercloud.migration.MigrationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryVolumeTest {
    private static final String NAME = "web.memory";
    private static final int LENGTH = 3_000_001;

    @TempDir
    Path folder;

    private final InMemoryVolumePool volumes = new InMemoryVolumePool();
    private final byte[] state = new byte[LENGTH];
    private Path back;

    @BeforeEach
    void store() throws IOException {
        new SplittableRandom(5).nextBytes(state);
        back = folder.resolve("back");
        assertThat(MemoryVolume.store(volumes, NAME, "web", Files.write(folder.resolve("state"), state), 3))
                .isEqualTo(LENGTH);
    }

    @Test
    void aStateComesBackAsItWas() throws IOException {
        MemoryVolume.extract(volumes, NAME, back);
        assertThat(Files.readAllBytes(back)).isEqualTo(state);
    }

    @Test
    void aLaterStateReplacesTheEarlierOne() throws IOException {
        MemoryVolume.store(volumes, NAME, "web", Files.write(folder.resolve("next"), new byte[] {1, 2, 3}), 4);
        MemoryVolume.extract(volumes, NAME, back);
        assertThat(Files.readAllBytes(back)).containsExactly(1, 2, 3);
    }

    @Test
    void aDamagedStateIsToldAndLeavesNoFile() {
        Volume volume = volumes.open(NAME, 3);
        volume.write(Volume.BLOCK_BYTES + 77, ByteBuffer.wrap(new byte[] {(byte) (state[77] + 1)}), false);
        assertThatThrownBy(() -> MemoryVolume.extract(volumes, NAME, back))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("damaged")
                .hasMessageContaining(NAME);
        assertThat(back).doesNotExist();
    }

    @Test
    void aVolumeThatWasNeverWholeIsNoState() {
        volumes.create("other.memory", ImageStore.BLANK, 1 << 20, 1);
        assertThatThrownBy(() -> MemoryVolume.extract(volumes, "other.memory", back))
                .hasMessageContaining("no header");
        volumes.delete(NAME);
        assertThatThrownBy(() -> MemoryVolume.extract(volumes, NAME, back)).hasMessageContaining("no volume");
    }

    @Test
    void aLengthBeyondTheVolumeIsRefused() {
        Volume volume = volumes.open(NAME, 3);
        volume.write(8, ByteBuffer.allocate(Long.BYTES).putLong(0, 1L << 40), false);
        assertThatThrownBy(() -> MemoryVolume.extract(volumes, NAME, back)).hasMessageContaining("more than it has");
    }
}
