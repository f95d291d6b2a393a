package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.ImageId;
import io.supercloud.image.object.FaultyObjects;
import io.supercloud.image.object.FaultyObjects.Fault;
import io.supercloud.image.object.InMemoryObjects;
import io.supercloud.image.object.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Images that a site has in its object store alone. */
@Timeout(60)
class ImageArchiveTest {
    private static final long SIZE = 4L << 20;
    private static final long TIMEOUT_MILLIS = 500;
    private static final int MANY = 1_000_000;

    private final byte[] image = Rig.image();
    private final ObjectStore objects = new InMemoryObjects();
    private final FaultyObjects faulty = new FaultyObjects(objects);

    @TempDir
    Path folder;

    private ImageStore origin;
    private ImageStore images;
    private LocalVolumePool pool;

    @BeforeEach
    void archive() throws IOException {
        origin = new ImageStore(folder.resolve("origin"), List.of(objects));
        origin.importRaw(IMAGE, Files.write(folder.resolve("raw"), image), (done, total) -> {});
        origin.archive(IMAGE);
        images = new ImageStore(folder.resolve("here"), List.of(faulty));
        pool = new LocalVolumePool(folder.resolve("pool"), images, TIMEOUT_MILLIS, Optional.empty());
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private byte[] shown(Volume volume) {
        return Rig.read(volume, 0, image.length);
    }

    @Test
    void aNewVolumeReadsItOnDemandAndItBecomesAnImageOfTheSite() {
        Volume volume = pool.create("disk", IMAGE, SIZE, 1);
        assertThat(Rig.read(volume, 5L * BLOCK, BLOCK))
                .isEqualTo(java.util.Arrays.copyOfRange(image, 5 * BLOCK, 6 * BLOCK));
        assertThat(volume.bytesFetched()).isLessThan(image.length / 2);
        volume.prefetch(() -> true, (done, total) -> {});
        assertThat(images.find(IMAGE)).isPresent();
        faulty.next(MANY, Fault.REFUSES);
        assertThat(shown(volume)).isEqualTo(image);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"REFUSES", "READS_DAMAGED", "READS_SHORT"})
    void aStoreThatFailsOrLiesIsAskedAgainAndNeverBelieved(Fault fault) {
        Volume volume = pool.create("disk", IMAGE, SIZE, 1);
        faulty.next(2, fault);
        assertThat(Rig.read(volume, 0, BLOCK)).isEqualTo(java.util.Arrays.copyOf(image, BLOCK));
        faulty.next(MANY, fault);
        assertThatThrownBy(() -> shown(volume)).isInstanceOf(BlockIoException.class);
        faulty.next(0, fault);
        assertThat(shown(volume)).isEqualTo(image);
    }

    @Test
    void aDamagedListOfChunksIsNoImage() {
        faulty.next(MANY, Fault.READS_DAMAGED);
        assertThatThrownBy(() -> pool.create("disk", IMAGE, SIZE, 1)).isInstanceOf(ImageStoreException.class);
        faulty.next(0, Fault.READS_DAMAGED);
        assertThat(shown(pool.create("disk", IMAGE, SIZE, 1))).isEqualTo(image);
    }

    @Test
    void whereTheStoreFailsTheFormerHostHasTheImageToo() {
        try (LocalVolumePool there = new LocalVolumePool(folder.resolve("there"), origin)) {
            Volume owner = there.create("disk", IMAGE, SIZE, 1);
            faulty.next(MANY, Fault.REFUSES);
            Volume copy = pool.standby("disk", owner.description(), 2, owner.source());
            copy.open(owner.seal());
            assertThat(shown(copy)).isEqualTo(image);
        }
    }

    @Test
    void chunksAreThereOnceAndGoWithTheLastImageThatHasThem() throws IOException {
        ImageId other = new ImageId("other");
        byte[] longer = java.util.Arrays.copyOf(image, image.length + 100);
        origin.importRaw(other, Files.write(folder.resolve("raw2"), longer), (done, total) -> {});
        origin.archive(other);
        origin.archive(other);
        assertThat(objects.list("chunks/")).hasSize(3);
        assertThat(objects.list("images/")).hasSize(2);
        origin.deleteArchived(IMAGE);
        assertThat(objects.list("chunks/")).hasSize(2);
        origin.deleteArchived(other);
        assertThat(objects.list("")).isEmpty();
    }
}
