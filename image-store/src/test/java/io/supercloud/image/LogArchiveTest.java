package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.image.object.FaultyObjects.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes of one host whose log goes to the object store of its site. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(90)
class LogArchiveTest extends TwoSites {
    private static final ArchiveLimits EAGER = new ArchiveLimits(Long.MAX_VALUE, 0, 64 << 20);

    LogArchiveTest() {
        super(EAGER);
    }

    private Volume created() {
        return here.create("disk", IMAGE, SIZE, 1, Durability.ARCHIVED);
    }

    private Volume filled() {
        Volume volume = created();
        fill(volume);
        return volume;
    }

    private static void awaitArchived(Volume volume) {
        Awaitility.await()
                .atMost(30, TimeUnit.SECONDS)
                .until(() -> volume.atRisk().equals(AtRisk.NOTHING));
    }

    private Volume recovered(long epoch) {
        return there.recover("disk", epoch).orElseThrow();
    }

    @Test
    void whatWasArchivedIsThereAfterTheLossOfTheHostThoughNobodyFlushed() {
        Volume volume = filled();
        volume.trim(0, 2L * BLOCK, false);
        awaitArchived(volume);
        Volume found = recovered(2);
        assertThat(Rig.read(found, 0, 2 * BLOCK)).isEqualTo(new byte[2 * BLOCK]);
        found.write(0, ByteBuffer.wrap(Rig.bytes(2 * BLOCK, 9)), false);
        assertThat(Rig.read(found, 2L * BLOCK, PIECE - 2 * BLOCK))
                .isEqualTo(Arrays.copyOfRange(Rig.bytes(PIECE, 0), 2 * BLOCK, PIECE));
        assertThat(ledgers.made()).isZero();
    }

    @Test
    void aNewVolumeCanBeRecoveredBeforeAnythingWasWritten() {
        created();
        assertThat(Rig.read(recovered(2), 0, BLOCK)).isEqualTo(Arrays.copyOf(Rig.image(), BLOCK));
    }

    @Test
    void whatIsLackingInTheStoreIsSaidToBeAtRisk() {
        Volume volume = filled();
        awaitArchived(volume);
        faulty.next(MANY, Fault.REFUSES);
        for (int block = 0; block < 16; block++) {
            Rig.write(volume, (long) block * BLOCK, Rig.bytes(BLOCK, 100 + block));
        }
        assertThat(volume.atRisk().bytes()).isEqualTo(16L * BLOCK);
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> volume.atRisk().lagMillis() > 0);
        faulty.next(0, Fault.REFUSES);
        awaitArchived(volume);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"REFUSES", "FORGETS", "STORES_DAMAGED"})
    void aStoreThatFailsOrLiesHoldsUpNoWriteAndHasAllWhenItIsWell(Fault fault) {
        faulty.next(MANY, fault);
        Volume volume = filled();
        volume.flush();
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> faulty.left() < MANY);
        assertThat(volume.atRisk().bytes()).isPositive();
        faulty.next(0, fault);
        awaitArchived(volume);
        requireWhole(recovered(2));
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"REFUSES", "READS_DAMAGED", "READS_SHORT"})
    void aStoreThatIsWrongWhenItIsReadIsAnErrorAndNeverWrongData(Fault fault) {
        Volume volume = filled();
        awaitArchived(volume);
        Volume found = recovered(2);
        faultyThere.next(MANY, fault);
        assertThatThrownBy(() -> Rig.read(found, 0, BLOCK)).isInstanceOf(BlockIoException.class);
        faultyThere.next(0, fault);
        requireWhole(found);
    }

    @Test
    void aFormerOwnerAddsNothingAndItsCopyIsNoCache() {
        Volume former = filled();
        awaitArchived(former);
        faulty.next(MANY, Fault.REFUSES);
        Rig.write(former, 0, Rig.bytes(BLOCK, 77));
        Volume found = recovered(2);
        faulty.next(0, Fault.REFUSES);
        Rig.write(former, BLOCK, Rig.bytes(BLOCK, 78));
        Awaitility.await()
                .during(2, TimeUnit.SECONDS)
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> former.atRisk().bytes() > 0);
        requireWhole(found);
        found.prefetch(() -> true, (done, total) -> {});
        Volume back = here.standby("disk", found.description(), 3, found.source());
        back.open(found.seal());
        back.prefetch(() -> true, (done, total) -> {});
        requireWhole(back);
    }

    @Test
    void theHostThatHadItLastOpensWhatItHasAndNotTheArchive() {
        Volume volume = filled();
        awaitArchived(volume);
        faulty.next(MANY, Fault.REFUSES);
        Rig.write(volume, 0, Rig.bytes(BLOCK, 77));
        Volume found = here.recover("disk", 2).orElseThrow();
        assertThat(Rig.read(found, 0, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 77));
    }

    @Test
    void aVolumeIsArchivedOnAfterARestartAndAfterAMove() {
        Volume volume = filled();
        awaitArchived(volume);
        here.close();
        here = here(EAGER);
        Volume again = here.open("disk", 1);
        Rig.write(again, 0, Rig.bytes(BLOCK, 50));
        awaitArchived(again);
        Volume moved = there.standby("disk", again.description(), 2, again.source());
        moved.open(again.seal());
        again.retire();
        moved.prefetch(() -> true, (done, total) -> {});
        Rig.write(moved, BLOCK, Rig.bytes(BLOCK, 51));
        awaitArchived(moved);
        there.delete("disk");
        Volume found = recovered(3);
        assertThat(Rig.read(found, 0, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 50));
        assertThat(Rig.read(found, BLOCK, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 51));
    }

    private Volume followed(Volume volume) {
        Volume copy = there.standby("disk", volume.description(), 2, volume.source());
        copy.catchUp();
        copy.prefetch(() -> true, (done, total) -> {});
        return copy;
    }

    @Test
    void aCopyOfALaterInstantThanTheArchiveIsOpenedAtANewEpochThoughAllElseIsLost() {
        Volume volume = filled();
        awaitArchived(volume);
        faulty.next(MANY, Fault.REFUSES);
        Rig.write(volume, 0, Rig.bytes(BLOCK, 77));
        Volume copy = followed(volume);
        assertThat(copy.catchUp()).isZero();
        here.close();
        faultyThere.next(MANY, Fault.REFUSES);
        Volume found = recovered(3);
        assertThat(Rig.read(found, 0, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 77));
        assertThat(found.state()).isEqualTo(new VolumeState.Open(3));
        assertThat(found.description().serial())
                .isNotEqualTo(volume.description().serial());
        Rig.write(found, 0, Rig.bytes(BLOCK, 78));
        awaitArchived(found);
        assertThatThrownBy(() -> there.open("disk", 2)).isInstanceOf(StaleEpochException.class);
    }

    @Test
    void aCopyThatIsOfNoOneInstantIsNotOpenedByItself() {
        Volume volume = filled();
        awaitArchived(volume);
        faulty.next(MANY, Fault.REFUSES);
        Rig.write(volume, 0, Rig.bytes(BLOCK, 77));
        Volume copy = there.standby("disk", volume.description(), 2, volume.source());
        copy.catchUp();
        Rig.write(volume, 0, Rig.bytes(BLOCK, 78));
        copy.prefetch(() -> true, (done, total) -> {});
        requireWhole(recovered(3));
    }

    @Test
    void whatItsHostHasOfItIsOpenedWithoutRegistryAndObjectStore() {
        filled();
        here.close();
        here = hereAgain(Optional.empty());
        requireWhole(here.open("disk", 1));
    }

    @Test
    void aPoolWithoutAnObjectStoreMakesNoArchivedVolume() {
        here.close();
        here = hereAgain(Optional.empty());
        assertThatThrownBy(this::created)
                .isInstanceOf(ImageStoreException.class)
                .hasMessageContaining("no object store");
    }

    /** The guest writes blocks 1 to 511 and then block 0, again and again, each with the number of the round. */
    @ParameterizedTest
    @ValueSource(longs = {64 << 20, 16 << 20})
    void whateverInstantTheHostIsLostAtTheArchiveIsADiskThatThereWas(long retainedBytes) throws Exception {
        here.close();
        here = here(new ArchiveLimits(Long.MAX_VALUE, 0, retainedBytes));
        Volume volume = created();
        AtomicBoolean writing = new AtomicBoolean(true);
        Thread guest = Thread.ofPlatform().start(() -> {
            for (int round = 1; writing.get(); round++) {
                for (int block = 1; block < 512; block++) {
                    Rig.write(volume, (long) block * BLOCK, stamped(round));
                }
                Rig.write(volume, 0, stamped(round));
            }
        });
        try {
            for (int times = 0; times < 6; times++) {
                long before = through();
                Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> through() > before);
            }
            requireOneInstant(recovered(20));
        } finally {
            writing.set(false);
            guest.join();
        }
    }

    private long through() throws Exception {
        return registry.read("/journals/disk").stream()
                .flatMap(entry -> entry.text().lines())
                .filter(line -> line.startsWith("through="))
                .mapToLong(line -> Long.parseLong(line.substring("through=".length())))
                .findFirst()
                .orElse(0);
    }

    private static byte[] stamped(int round) {
        return ByteBuffer.allocate(BLOCK).putInt(round).array();
    }

    private static void requireOneInstant(Volume found) {
        int last = ByteBuffer.wrap(Rig.read(found, 0, BLOCK)).getInt() + 1;
        int least = last - 1;
        for (int block = 1; block < 512; block++) {
            int round = ByteBuffer.wrap(Rig.read(found, (long) block * BLOCK, BLOCK))
                    .getInt();
            assertThat(round).isBetween(least, last);
            last = round;
        }
    }

    @Test
    void whatIsOverwrittenAgainAndAgainTakesABoundedSpaceHereAndInTheStore() throws Exception {
        Volume volume = created();
        for (int round = 0; round < 60; round++) {
            Rig.write(volume, (round & 1) * (long) PIECE, Rig.bytes(PIECE, round));
            if (round % 10 == 9) {
                awaitArchived(volume);
            }
        }
        awaitArchived(volume);
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> stored() <= (2L * 2 * PIECE + (300L << 20)));
        assertThat(volume.stats().logBytes()).isLessThan(300L << 20);
        Volume found = recovered(2);
        assertThat(Rig.read(found, 0, PIECE)).isEqualTo(Rig.bytes(PIECE, 58));
        assertThat(Rig.read(found, PIECE, PIECE)).isEqualTo(Rig.bytes(PIECE, 59));
    }

    private long stored() throws IOException {
        long bytes = 0;
        for (String key : objects.list("journals/disk/")) {
            bytes += objects.get(key).map(ByteBuffer::remaining).orElse(0);
        }
        return bytes;
    }

    @Test
    void manySmallChunksBecomeFew() throws Exception {
        Volume volume = created();
        for (int round = 0; round < 90; round++) {
            Rig.write(volume, (long) round * BLOCK, Rig.bytes(BLOCK, round));
            volume.flush();
            Awaitility.await()
                    .pollInterval(2, TimeUnit.MILLISECONDS)
                    .until(() -> volume.atRisk().bytes() == 0);
        }
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> objects.list("journals/disk/").size() <= 64);
        Volume found = recovered(2);
        for (int round = 0; round < 90; round++) {
            assertThat(Rig.read(found, (long) round * BLOCK, BLOCK)).isEqualTo(Rig.bytes(BLOCK, round));
        }
    }

    @Test
    void aScrubStoresAnewWhatIsDamagedInTheObjectStore() throws Exception {
        Volume volume = filled();
        awaitArchived(volume);
        String key = objects.list("journals/disk/").getFirst();
        ByteBuffer object = ByteBuffer.allocate(objects.get(key).orElseThrow().remaining());
        object.put(objects.get(key).orElseThrow()).flip();
        object.put(object.limit() / 2, (byte) (object.get(object.limit() / 2) ^ 1));
        objects.put(key, object);
        ScrubReport report = volume.scrub((done, total) -> {});
        assertThat(report.repaired()).isPositive();
        assertThat(objects.list("")).doesNotContain(key);
        requireWhole(recovered(2));
    }

    @Test
    void aRemovedVolumeLeavesNoObjects() throws Exception {
        awaitArchived(filled());
        assertThat(objects.list("")).isNotEmpty();
        here.discard("disk");
        assertThat(objects.list("")).isEmpty();
        assertThat(registry.read("/journals/disk")).isEmpty();
    }
}
