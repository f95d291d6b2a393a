package io.supercloud.image;

import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {
    private static final int MIB = 1024 * 1024;

    @TempDir
    Path folder;

    @Test
    void zeroChunksAreNotStoredAndEqualOnesOnce() throws IOException {
        byte[] content = new byte[4 * MIB + 10];
        byte[] chunk = Rig.bytes(MIB, 1);
        System.arraycopy(chunk, 0, content, 0, MIB);
        System.arraycopy(chunk, 0, content, 2 * MIB, MIB);
        content[4 * MIB + 9] = 1;
        ImageStore store = Rig.store(folder, content);
        assertThat(store.find(IMAGE)).contains(new ImageInfo(IMAGE, content.length, 2 * MIB + 10, 5));
        assertThat(chunkFiles()).hasSize(2);
    }

    @Test
    void progressEndsAtTheWholeSize() throws IOException {
        Path raw = Files.write(folder.resolve("raw"), Rig.bytes(3 * MIB / 2, 1));
        List<Long> steps = new ArrayList<>();
        new ImageStore(folder.resolve("objects")).importRaw(IMAGE, raw, (done, total) -> steps.add(done));
        assertThat(steps).containsExactly((long) MIB, 3L * MIB / 2);
    }

    @Test
    void deletionKeepsTheChunksOfOtherImages() throws IOException {
        ImageStore store = Rig.store(folder, Rig.bytes(2 * MIB, 1));
        Path raw = Files.write(folder.resolve("other"), Arrays.copyOf(Rig.bytes(2 * MIB, 1), MIB));
        ImageId other = new ImageId("other");
        store.importRaw(other, raw, (done, total) -> {});
        store.delete(IMAGE);
        assertThat(store.list()).extracting(ImageInfo::id).containsExactly(other);
        assertThat(chunkFiles()).hasSize(1);
        store.delete(other);
        assertThat(chunkFiles()).isEmpty();
    }

    @Test
    void aDamagedChunkIsAnErrorAndNeverWrongData() throws IOException {
        ImageStore store = Rig.store(folder, Rig.bytes(MIB, 1));
        Path chunk = chunkFiles().getFirst();
        byte[] damaged = Files.readAllBytes(chunk);
        damaged[500] ^= 1;
        Files.write(chunk, damaged);
        try (LocalVolumePool pool = new LocalVolumePool(folder.resolve("pool"), store)) {
            Volume volume = pool.create("disk", IMAGE, MIB, 1);
            assertThatThrownBy(() -> Rig.read(volume, 0, 10))
                    .isInstanceOf(BlockIoException.class)
                    .hasMessageContaining(chunk.getFileName().toString());
        }
    }

    @Test
    void anImageIsNotImportedTwiceAndAnUnknownOneIsNamed() throws IOException {
        ImageStore store = Rig.store(folder, new byte[10]);
        Path raw = folder.resolve("raw");
        assertThatThrownBy(() -> store.importRaw(IMAGE, raw, (done, total) -> {}))
                .hasMessageContaining("exists");
        ImageId unknown = new ImageId("unknown");
        try (LocalVolumePool pool = new LocalVolumePool(folder.resolve("pool"), store)) {
            assertThatThrownBy(() -> pool.create("disk", unknown, MIB, 1))
                    .isInstanceOf(ImageStoreException.class)
                    .hasMessageContaining("unknown");
        }
    }

    private List<Path> chunkFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("objects").resolve("chunks"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
