package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every pool must do. */
@Timeout(60)
abstract class VolumePoolContract {
    private static final long SIZE = 4L * 1024 * 1024;
    private static final long SHORT_TIMEOUT_MILLIS = 50;

    private final byte[] image = Rig.image();
    private VolumePool here;
    private VolumePool there;

    abstract VolumePool pool(String host, byte[] image, long readTimeoutMillis);

    Durability durability() {
        return Durability.LOCAL;
    }

    @BeforeEach
    void open() {
        here = pool("here", image, SHORT_TIMEOUT_MILLIS);
        there = pool("there", image, SHORT_TIMEOUT_MILLIS);
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    @Test
    void aNewVolumeShowsItsImageAndThenZeroes() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, durability());
        assertThat(Rig.readAll(volume)).isEqualTo(Arrays.copyOf(image, (int) SIZE));
        assertThat(volume.state()).isEqualTo(new VolumeState.Open(1));
        assertThat(here.names()).containsExactly("disk");
    }

    @Test
    void aWriteOfAnyAlignmentReadsBackAndLeavesTheRestAlone() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, durability());
        byte[] expected = Arrays.copyOf(image, (int) SIZE);
        byte[] patch = Rig.bytes(3 * BLOCK, 1);
        System.arraycopy(patch, 0, expected, 5000, patch.length);
        Rig.write(volume, 5000, patch);
        assertThat(Rig.readAll(volume)).isEqualTo(expected);
    }

    @Test
    void zeroAndTrimReadAsZeroesAndAreHoles() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, durability());
        volume.zero(100, 2L * BLOCK, false);
        volume.trim(8L * BLOCK, BLOCK + 5, false);
        byte[] expected = Arrays.copyOf(image, (int) SIZE);
        Arrays.fill(expected, 100, 100 + 2 * BLOCK, (byte) 0);
        Arrays.fill(expected, 8 * BLOCK, 9 * BLOCK, (byte) 0);
        assertThat(Rig.readAll(volume)).isEqualTo(expected);
        assertThat(volume.extents(BLOCK, 8L * BLOCK, 10))
                .containsExactly(new Extent(BLOCK, true), new Extent(6L * BLOCK, false), new Extent(BLOCK, true));
    }

    @Test
    void aRestartFindsEverythingAgain() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, durability());
        Rig.write(volume, BLOCK, Rig.bytes(BLOCK, 1));
        volume.close();
        Volume again = here.open("disk", 1);
        assertThat(again.state()).isEqualTo(new VolumeState.Open(1));
        assertThat(Rig.read(again, BLOCK, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 1));
    }

    @Test
    void anEarlierEpochCanNotOpen() {
        here.create("disk", IMAGE, SIZE, 5, durability());
        assertThatThrownBy(() -> here.open("disk", 4))
                .isInstanceOf(StaleEpochException.class)
                .hasMessageContaining("disk");
        assertThat(here.open("disk", 6).state()).isEqualTo(new VolumeState.Open(6));
        assertThatThrownBy(() -> here.open("disk", 5)).isInstanceOf(StaleEpochException.class);
    }

    @Test
    void aSealedVolumeReadsAndFlushesButTakesNoWrite() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, durability());
        Seal seal = volume.seal();
        assertThat(volume.seal()).isEqualTo(seal);
        assertThatThrownBy(() -> Rig.write(volume, 0, new byte[BLOCK]))
                .isInstanceOfSatisfying(
                        BlockIoException.class,
                        e -> assertThat(e.reason()).isEqualTo(BlockIoException.Reason.NOT_PERMITTED));
        volume.flush();
        assertThat(Rig.read(volume, 0, 10)).isEqualTo(Arrays.copyOf(image, 10));
        volume.unseal();
        Rig.write(volume, 0, new byte[BLOCK]);
        assertThat(Rig.read(volume, 0, BLOCK)).isEqualTo(new byte[BLOCK]);
    }

    @Test
    void aRestartKeepsTheSeal() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, durability());
        Rig.write(volume, 0, new byte[BLOCK]);
        Seal seal = volume.seal();
        volume.close();
        assertThat(here.open("disk", 1).seal()).isEqualTo(seal);
    }

    @Test
    void aStaleOwnerCannotWrite() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, durability());
        volume.seal();
        volume.retire();
        assertThatThrownBy(() -> Rig.write(volume, 0, new byte[BLOCK])).isInstanceOf(BlockIoException.class);
        assertThatThrownBy(volume::unseal).isInstanceOf(IllegalVolumeStateException.class);
        assertThatThrownBy(() -> here.open("disk", 1)).isInstanceOf(StaleEpochException.class);
        volume.close();
        assertThatThrownBy(() -> here.open("disk", 1)).isInstanceOf(StaleEpochException.class);
        assertThat(here.find("disk").orElseThrow().state()).isEqualTo(new VolumeState.Retired(1));
    }

    @Test
    void illegalTransitionsNameBothStates() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, durability());
        assertThatThrownBy(volume::retire)
                .isInstanceOf(IllegalVolumeStateException.class)
                .hasMessageContaining("Open")
                .hasMessageContaining("Retired");
        assertThatThrownBy(() -> volume.open(new Seal(0, 0))).isInstanceOf(IllegalVolumeStateException.class);
    }

    @Test
    void aMoveBringsEverythingAndFetchesOnDemand() {
        Volume from = here.create("disk", IMAGE, SIZE, 1, durability());
        byte[] written = Rig.bytes(50 * BLOCK, 3);
        Rig.write(from, 10 * BLOCK, written);
        from.zero(0, BLOCK, false);
        Volume to = there.standby("disk", from.description(), 2, from.source());
        assertThat(to.catchUp()).isEqualTo(51);
        Rig.write(from, 11 * BLOCK, Rig.bytes(BLOCK, 4));
        byte[] expected = Rig.readAll(from);
        to.open(from.seal());
        from.retire();
        assertThat(to.state()).isEqualTo(new VolumeState.Open(2));
        assertThat(to.missingBlocks()).isEqualTo(51);
        assertThatThrownBy(to::dropSource).isInstanceOf(ImageStoreException.class);
        Rig.write(to, 30 * BLOCK + 7, new byte[] {1, 2, 3});
        System.arraycopy(new byte[] {1, 2, 3}, 0, expected, 30 * BLOCK + 7, 3);
        assertThat(Rig.read(to, 20 * BLOCK, BLOCK)).isEqualTo(Arrays.copyOfRange(expected, 20 * BLOCK, 21 * BLOCK));
        assertThat(to.bytesFetched()).isEqualTo(2 * BLOCK);
        to.prefetch(() -> true, (done, total) -> {});
        assertThat(to.hydrated()).isTrue();
        to.dropSource();
        assertThat(Rig.readAll(to)).isEqualTo(expected);
    }

    @Test
    void theReturnTripFetchesOnlyWhatChanged() {
        Volume home = here.create("disk", IMAGE, SIZE, 1, durability());
        Rig.write(home, 0, Rig.bytes(200 * BLOCK, 3));
        Volume away = move(home, there, 2);
        Rig.write(away, 5 * BLOCK, Rig.bytes(2 * BLOCK, 9));
        Rig.write(away, 700 * BLOCK, Rig.bytes(BLOCK, 10));
        byte[] expected = Rig.readAll(away);
        Volume back = move(away, here, 3);
        assertThat(back.missingBlocks()).isEqualTo(3);
        assertThat(Rig.readAll(back)).isEqualTo(expected);
        assertThat(back.bytesFetched()).isEqualTo(3 * BLOCK);
    }

    @Test
    void aSourceThatLacksBlocksAsksItsOwnSource() {
        VolumePool third = pool("third", image, SHORT_TIMEOUT_MILLIS);
        try {
            Volume first = here.create("disk", IMAGE, SIZE, 1, durability());
            Rig.write(first, 0, Rig.bytes(20 * BLOCK, 3));
            Volume second = move(first, there, 2);
            Rig.write(second, BLOCK, Rig.bytes(BLOCK, 4));
            Volume last = move(second, third, 3);
            byte[] expected = Rig.bytes(20 * BLOCK, 3);
            System.arraycopy(Rig.bytes(BLOCK, 4), 0, expected, BLOCK, BLOCK);
            assertThat(Rig.read(last, 0, 20 * BLOCK)).isEqualTo(expected);
        } finally {
            third.close();
        }
    }

    @Test
    void hostsThatLackTheSameBlockDoNotAskEachOtherInACircle() {
        VolumePool third = pool("third", image, SHORT_TIMEOUT_MILLIS);
        try {
            Volume first = here.create("disk", IMAGE, SIZE, 1, durability());
            Rig.write(first, 0, Rig.bytes(20 * BLOCK, 3));
            Volume second = move(first, there, 2);
            Volume last = move(second, third, 3);
            Volume back = move(last, there, 4);
            assertThat(Rig.read(back, 0, 20 * BLOCK)).isEqualTo(Rig.bytes(20 * BLOCK, 3));
            assertThat(Rig.read(last, 0, 20 * BLOCK)).isEqualTo(Rig.bytes(20 * BLOCK, 3));
        } finally {
            third.close();
        }
    }

    @Test
    void openingAsksTheSourceNothingWhereNothingIsBehindAndOnceOtherwise() {
        Volume from = here.create("disk", IMAGE, SIZE, 1, durability());
        Rig.write(from, 0, Rig.bytes(20 * BLOCK, 3));
        AtomicLong questions = new AtomicLong();
        Volume to = there.standby("disk", from.description(), 2, counting(from.source(), questions));
        to.catchUp();
        Rig.write(from, 0, Rig.bytes(BLOCK, 4));
        questions.set(0);
        to.open(from.seal());
        assertThat(questions.get()).isEqualTo(1);
        from.retire();
        Volume back = here.standby("disk", to.description(), 3, counting(to.source(), questions));
        back.catchUp();
        questions.set(0);
        back.open(to.seal());
        assertThat(questions.get()).isZero();
    }

    private static VolumeSource counting(VolumeSource source, AtomicLong questions) {
        return new ForwardingSource(() -> source, questions::incrementAndGet);
    }

    @Test
    void aRestartRemembersWhatIsMissing() {
        Volume from = here.create("disk", IMAGE, SIZE, 1, durability());
        Rig.write(from, 0, Rig.bytes(20 * BLOCK, 3));
        Volume to = move(from, there, 2);
        to.close();
        Volume again = there.open("disk", 2);
        assertThat(again.missingBlocks()).isEqualTo(20);
        if (durability().equals(Durability.LOCAL)) {
            assertThatThrownBy(() -> Rig.read(again, 0, BLOCK)).isInstanceOf(BlockIoException.class);
            again.attachSource(from.source());
        }
        assertThat(Rig.read(again, 0, 20 * BLOCK)).isEqualTo(Rig.bytes(20 * BLOCK, 3));
    }

    @Test
    void aRestartedStandbyComparesEverythingAnew() {
        Volume from = here.create("disk", IMAGE, SIZE, 1, durability());
        Rig.write(from, 0, Rig.bytes(20 * BLOCK, 3));
        Volume to = there.standby("disk", from.description(), 2, from.source());
        to.catchUp();
        to.prefetch(() -> true, (done, total) -> {});
        to.close();
        Volume again = there.open("disk", 2);
        assertThat(again.state()).isEqualTo(new VolumeState.Standby(2));
        again.attachSource(from.source());
        again.open(from.seal());
        assertThat(again.bytesFetched()).isZero();
        assertThat(Rig.read(again, 0, 20 * BLOCK)).isEqualTo(Rig.bytes(20 * BLOCK, 3));
    }

    @Test
    void aStandbyOpensOnlyWithTheSealOfTheEpochBefore() {
        Volume from = here.create("disk", IMAGE, SIZE, 1, durability());
        Volume to = there.standby("disk", from.description(), 2, from.source());
        assertThatThrownBy(() -> Rig.write(to, 0, new byte[BLOCK])).isInstanceOf(BlockIoException.class);
        assertThatThrownBy(() -> to.open(new Seal(2, 0))).isInstanceOf(IllegalVolumeStateException.class);
        Seal early = new Seal(1, from.seal().cursor() + 1);
        assertThatThrownBy(() -> to.open(early)).isInstanceOf(ImageStoreException.class);
        assertThat(to.state()).isEqualTo(new VolumeState.Standby(2));
    }

    @Test
    void anotherVolumeOfTheSameNameIsNotReused() {
        Volume former = here.create("disk", IMAGE, SIZE, 1, durability());
        Rig.write(former, 0, Rig.bytes(BLOCK, 1));
        former.seal();
        former.retire();
        there.discard("disk");
        Volume other = there.create("disk", IMAGE, SIZE, 1, durability());
        Rig.write(other, 0, Rig.bytes(BLOCK, 2));
        Volume back = move(other, here, 2);
        assertThat(Rig.read(back, 0, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 2));
    }

    @Test
    void aMoveUnderConstantWritesLosesNone() throws InterruptedException {
        Volume from = here.create("disk", IMAGE, SIZE, 1, durability());
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong writes = new AtomicLong();
        byte[] model = Rig.readAll(from);
        Thread writer = Thread.ofVirtual().start(() -> {
            for (int i = 0; !stop.get(); i++) {
                int offset = (int) ((i * 7919L) % (SIZE / BLOCK)) * BLOCK;
                byte[] data = Rig.bytes(BLOCK, i);
                try {
                    Rig.write(from, offset, data);
                } catch (BlockIoException refused) {
                    return;
                }
                System.arraycopy(data, 0, model, offset, BLOCK);
                writes.incrementAndGet();
            }
        });
        Volume to = there.standby("disk", from.description(), 2, from.source());
        for (long passes = 0; passes < 5 || writes.get() < 2_000; passes++) {
            to.catchUp();
            to.prefetch(() -> true, (done, total) -> {});
        }
        Seal seal = from.seal();
        stop.set(true);
        writer.join();
        to.open(seal);
        assertThat(Rig.readAll(to)).isEqualTo(model);
    }

    @Test
    void aBrokenConnectionIsTriedAgain() {
        Volume from = here.create("disk", IMAGE, SIZE, 1, durability());
        Rig.write(from, 0, Rig.bytes(BLOCK, 3));
        AtomicLong failures = new AtomicLong(3);
        Volume to = there.standby("disk", from.description(), 2, flaky(from.source(), failures));
        to.open(from.seal());
        failures.set(2);
        assertThat(Rig.read(to, 0, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 3));
        failures.set(Long.MAX_VALUE);
        assertThat(Rig.read(to, 0, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 3));
    }

    @Test
    void deletionRemovesAVolumeInAnyState() {
        here.create("disk", IMAGE, SIZE, 1, durability()).seal();
        here.delete("disk");
        here.discard("disk");
        here.discard("disk");
        assertThat(here.names()).isEqualTo(List.of());
        assertThat(here.find("disk")).isEmpty();
        assertThat(here.create("disk", IMAGE, SIZE, 1, durability()).state()).isEqualTo(new VolumeState.Open(1));
    }

    private static VolumeSource flaky(VolumeSource source, AtomicLong failures) {
        return new ForwardingSource(() -> source, () -> {
            if (failures.getAndDecrement() > 0) {
                throw new IOException("the connection broke");
            }
        });
    }

    static Volume move(Volume from, VolumePool target, long epoch) {
        Volume to = target.standby(from.name(), from.description(), epoch, from.source());
        to.catchUp();
        to.open(from.seal());
        from.retire();
        return to;
    }

    @Test
    void rangesBeyondTheEndAreRefused() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, durability());
        assertThatThrownBy(() -> volume.read(SIZE - 1, ByteBuffer.allocate(2)))
                .hasMessageContaining("there are no 2 bytes");
        assertThatThrownBy(() -> volume.zero(Long.MAX_VALUE, 2, false)).hasMessageContaining("disk");
    }
}
