package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every pool must do when a volume is copied, replaced or grown. */
@Timeout(60)
abstract class VolumeCopyContract {
    private static final long SIZE = 4L * 1024 * 1024;

    private VolumePool here;
    private VolumePool there;

    abstract VolumePool pool(String host);

    @BeforeEach
    void open() {
        here = pool("here");
        there = pool("there");
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private Volume written(String name, int seed) {
        Volume volume = here.create(name, IMAGE, SIZE, 3);
        Rig.write(volume, 5 * BLOCK + 7, Rig.bytes(40 * BLOCK, seed));
        volume.zero(2 * BLOCK, BLOCK, false);
        return volume;
    }

    @Test
    void aCopyHasTheContentOfItsInstantAndNeitherSeesTheOthersWrites() {
        Volume origin = written("disk", 1);
        byte[] instant = Rig.readAll(origin);

        here.copy("disk", "disk.before", 3);
        Rig.write(origin, 0, Rig.bytes(60 * BLOCK, 2));
        byte[] later = Rig.readAll(origin);
        Volume copy = here.open("disk.before", 3);
        assertThat(Rig.readAll(copy)).isEqualTo(instant);
        Rig.write(copy, 9 * BLOCK, Rig.bytes(BLOCK, 3));

        assertThat(Rig.readAll(origin)).isEqualTo(later);
        assertThat(Rig.read(copy, 9 * BLOCK, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 3));
        assertThat(copy.description().serial())
                .isNotEqualTo(origin.description().serial());
        assertThat(here.names()).containsExactly("disk", "disk.before");
    }

    @Test
    void bothAreWholeAfterARestartAndAfterTheOtherIsDeleted() {
        Volume origin = written("disk", 1);
        byte[] instant = Rig.readAll(origin);
        here.copy("disk", "copy", 4);
        here.copy("copy", "second", 4);
        Rig.write(origin, 0, Rig.bytes(60 * BLOCK, 2));
        origin.close();
        here.open("copy", 4).close();

        assertThat(Rig.readAll(here.open("copy", 4))).isEqualTo(instant);
        assertThat(Rig.read(here.open("disk", 3), 0, 60 * BLOCK)).isEqualTo(Rig.bytes(60 * BLOCK, 2));
        here.delete("copy");
        here.delete("disk");
        assertThat(Rig.readAll(here.open("second", 4))).isEqualTo(instant);
    }

    @Test
    void copiesOfCopiesThatNobodyHasOpenedHaveTheContentAndTheirOwnSerials() {
        Volume origin = written("disk", 1);
        byte[] instant = Rig.readAll(origin);
        here.copy("disk", "first", 3);
        here.copy("first", "second", 4);
        here.copy("second", "third", 5);
        assertThatThrownBy(() -> here.copy("third", "stale", 4)).isInstanceOf(StaleEpochException.class);
        Volume third = here.open("third", 5);
        assertThat(Rig.readAll(third)).isEqualTo(instant);
        Rig.write(third, 0, Rig.bytes(60 * BLOCK, 2));
        byte[] later = Rig.readAll(third);
        third.close();

        here.copy("third", "fourth", 5);
        assertThat(Rig.readAll(here.open("fourth", 5))).isEqualTo(later);
        assertThat(Rig.readAll(here.open("second", 4))).isEqualTo(instant);
        assertThat(here.open("second", 4).description().serial())
                .isNotEqualTo(here.open("third", 5).description().serial());
    }

    @Test
    void aCopyOfASealedVolumeTakesWritesAndTheOriginStaysSealed() {
        Volume origin = written("disk", 1);
        origin.seal();

        here.copy("disk", "copy", 3);

        Rig.write(here.open("copy", 3), 0, new byte[BLOCK]);
        assertThat(origin.state()).isEqualTo(new VolumeState.Sealed(3));
        assertThat(here.find("copy").orElseThrow().state()).isEqualTo(new VolumeState.Open(3));
    }

    @Test
    void onlyAWholeVolumeOfItsOwnerIsCopied() {
        Volume origin = written("disk", 1);
        Volume standby = there.standby("disk", origin.description(), 4, origin.source());
        standby.catchUp();

        assertThatThrownBy(() -> there.copy("disk", "copy", 4)).hasMessageContaining("lacks 42 blocks");
        assertThatThrownBy(() -> here.copy("disk", "copy", 2)).isInstanceOf(StaleEpochException.class);
        assertThatThrownBy(() -> here.copy("none", "copy", 2)).hasMessageContaining("no volume 'none'");
        assertThatThrownBy(() -> here.copy("disk", "disk", 3)).hasMessageContaining("exists");
        assertThat(here.names()).containsExactly("disk");
        assertThat(there.names()).containsExactly("disk");
    }

    @Test
    void aReplacedVolumeHasTheOthersContentAndIsAnotherVolumeToFormerHosts() {
        Volume disk = written("disk", 1);
        byte[] instant = Rig.readAll(disk);
        here.copy("disk", "disk.before", 3);
        Rig.write(disk, 0, Rig.bytes(60 * BLOCK, 2));
        VolumeDescription replaced = disk.description();

        here.replace("disk", "disk.before", 7);

        Volume now = here.open("disk", 7);
        assertThat(Rig.readAll(now)).isEqualTo(instant);
        assertThat(now.description().serial()).isNotEqualTo(replaced.serial());
        assertThat(Rig.readAll(here.open("disk.before", 3))).isEqualTo(instant);
        assertThatThrownBy(() -> Rig.write(disk, 0, new byte[1])).isInstanceOf(BlockIoException.class);
    }

    @Test
    void aCopyMovesToAnotherHostAsAnyVolumeDoes() {
        written("disk", 1);
        here.copy("disk", "copy", 5);
        Volume copy = here.open("copy", 5);
        Rig.write(copy, 100 * BLOCK, Rig.bytes(BLOCK, 4));
        byte[] expected = Rig.readAll(copy);

        Volume arrived = there.standby("copy", copy.description(), 6, copy.source());
        arrived.open(copy.seal());
        copy.retire();

        assertThat(Rig.readAll(arrived)).isEqualTo(expected);
    }

    @Test
    void aVolumeGrowsWithZeroesAndNeverShrinks() {
        Volume disk = written("disk", 1);
        byte[] before = Rig.readAll(disk);

        here.grow("disk", 2 * SIZE);
        here.grow("disk", 2 * SIZE);

        Volume grown = here.open("disk", 3);
        assertThat(grown.sizeBytes()).isEqualTo(2 * SIZE);
        assertThat(Rig.readAll(grown)).isEqualTo(Arrays.copyOf(before, (int) (2 * SIZE)));
        Rig.write(grown, 2 * SIZE - BLOCK, Rig.bytes(BLOCK, 2));
        assertThat(Rig.read(grown, 2 * SIZE - BLOCK, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 2));
        assertThatThrownBy(() -> here.grow("disk", SIZE)).hasMessageContaining("shrink");
        assertThatThrownBy(() -> here.grow("none", SIZE)).hasMessageContaining("none");
    }

    @Test
    void aBlankVolumeNeedsNoImage() {
        Volume blank = here.create("disk.memory", ImageStore.BLANK, SIZE, 1);
        assertThat(Rig.readAll(blank)).isEqualTo(new byte[(int) SIZE]);
    }
}
