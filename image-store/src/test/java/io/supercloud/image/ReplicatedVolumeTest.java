package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.image.internal.journal.JournalFeed;
import io.supercloud.image.internal.volume.BlockVolume;
import io.supercloud.image.ledger.Copies;
import io.supercloud.image.ledger.InMemoryLedgers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReplicatedVolumeTest {
    private static final long SIZE = 4L << 20;
    private static final long LARGE = 64L << 20;
    private static final Durability REPLICATED = new Durability.Replicated(Copies.DEFAULT);

    private final byte[] image = Rig.image();
    private final InMemoryRegistry registry = new InMemoryRegistry();
    private final InMemoryLedgers ledgers = new InMemoryLedgers();

    @TempDir
    Path folder;

    private LocalVolumePool here;
    private LocalVolumePool there;

    @BeforeEach
    void open() {
        here = pool("here", folder.resolve("here"));
        there = pool("there", folder.resolve("there"));
    }

    private LocalVolumePool pool(String host, Path directory) {
        return Rig.replicated(directory, image, 50, new Replication(registry, ledgers, new HostId(host)));
    }

    @AfterEach
    void close() {
        ledgers.reach(true);
        here.close();
        there.close();
    }

    private Volume recovered(long epoch) {
        return there.recover("disk", epoch).orElseThrow();
    }

    private static byte[] read(Volume volume, int block) {
        return Rig.read(volume, (long) block * BLOCK, BLOCK);
    }

    private static void write(Volume volume, int block, int seed) {
        Rig.write(volume, (long) block * BLOCK, Rig.bytes(BLOCK, seed));
    }

    @Test
    void whatWasFlushedIsThereAfterTheLossOfTheHost() {
        Volume lost = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        for (int i = 0; i < 100; i++) {
            write(lost, i, i);
        }
        lost.trim(50L * BLOCK, 10L * BLOCK, false);
        Rig.write(lost, 5000, Rig.bytes(3000, 99));
        lost.flush();
        byte[] expected = Rig.readAll(lost);
        Volume found = recovered(2);
        assertThat(found.state()).isEqualTo(new VolumeState.Open(2));
        assertThat(Rig.readAll(found)).isEqualTo(expected);
    }

    @Test
    void aVolumeThatWasNeverWrittenIsRecoveredAsItsImage() {
        here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        Volume found = recovered(2);
        assertThat(read(found, 3)).isEqualTo(Arrays.copyOfRange(image, 3 * BLOCK, 4 * BLOCK));
        write(found, 3, 1);
        found.flush();
        assertThat(read(here.recover("disk", 3).orElseThrow(), 3)).isEqualTo(Rig.bytes(BLOCK, 1));
    }

    @Test
    void aRevivedOwnerCannotWrite() {
        Volume revived = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        write(revived, 1, 1);
        revived.flush();
        Volume found = recovered(2);
        assertThatThrownBy(() -> revived.write(BLOCK, ByteBuffer.wrap(Rig.bytes(BLOCK, 2)), true))
                .isInstanceOf(BlockIoException.class)
                .hasMessageContaining("'disk'")
                .hasMessageContaining("Open[epoch=2]");
        assertThat(read(found, 1)).isEqualTo(Rig.bytes(BLOCK, 1));
        assertThatThrownBy(() -> here.open("disk", 1)).isInstanceOf(StaleEpochException.class);
        assertThat(read(here.open("disk", 3), 1)).isEqualTo(Rig.bytes(BLOCK, 1));
    }

    @Test
    void anUnflushedWriteOfALostOwnerIsThereWhollyOrNotAtAllAndStaysSo() {
        Volume lost = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        write(lost, 1, 1);
        lost.flush();
        ledgers.reach(false);
        write(lost, 1, 2);
        write(lost, 2, 2);
        assertThat(lost.atRisk().bytes()).isGreaterThan(2L * BLOCK);
        Awaitility.await().until(() -> lost.atRisk().lagMillis() > 100);
        ledgers.reach(true);
        Volume found = recovered(2);
        byte[] one = read(found, 1);
        byte[] two = read(found, 2);
        assertThat(one).isIn(Rig.bytes(BLOCK, 1), Rig.bytes(BLOCK, 2));
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> refuses(lost));
        Volume again = here.recover("disk", 3).orElseThrow();
        assertThat(read(again, 1)).isEqualTo(one);
        assertThat(read(again, 2)).isEqualTo(two);
    }

    private static boolean refuses(Volume volume) {
        try {
            volume.write(3L * BLOCK, ByteBuffer.wrap(Rig.bytes(BLOCK, 3)), true);
            return false;
        } catch (BlockIoException e) {
            return true;
        }
    }

    @Test
    void aFlushWaitsForTheJournalAndWritesGoOnMeanwhile() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        write(volume, 1, 1);
        volume.flush();
        ledgers.reach(false);
        write(volume, 2, 2);
        CompletableFuture<Void> flush = CompletableFuture.runAsync(volume::flush);
        assertThat(read(volume, 2)).isEqualTo(Rig.bytes(BLOCK, 2));
        assertThat(flush).isNotDone();
        ledgers.reach(true);
        flush.join();
        assertThat(read(recovered(2), 2)).isEqualTo(Rig.bytes(BLOCK, 2));
    }

    @Test
    void aPlannedMoveGoesOnInTheSameJournal() {
        Volume from = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        write(from, 1, 1);
        write(from, 2, 1);
        Volume to = there.standby("disk", from.description(), 2, from.source());
        Seal seal = from.seal();
        to.open(seal);
        from.retire();
        write(to, 2, 2);
        to.flush();
        Volume found = here.recover("disk", 3).orElseThrow();
        assertThat(read(found, 1)).isEqualTo(Rig.bytes(BLOCK, 1));
        assertThat(read(found, 2)).isEqualTo(Rig.bytes(BLOCK, 2));
    }

    @Test
    void whatAMoveLeftAtALostHostComesFromTheJournal() {
        Volume from = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        write(from, 1, 1);
        AtomicBoolean lost = new AtomicBoolean();
        Volume to = there.standby("disk", from.description(), 2, new ForwardingSource(from::source, () -> {
            if (lost.get()) {
                throw new IOException("the former host is lost");
            }
        }));
        to.open(from.seal());
        lost.set(true);
        assertThat(to.missingBlocks()).isEqualTo(1);
        assertThat(read(to, 1)).isEqualTo(Rig.bytes(BLOCK, 1));
    }

    @Test
    void aStandbyCopyHasWhatARecoveryWouldFetchButTheRest() {
        Volume lost = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        Rig.write(lost, 0, Rig.bytes(100 * BLOCK, 1));
        Volume copy = there.standby("disk", lost.description(), 2, lost.source());
        copy.catchUp();
        copy.prefetch(() -> true, (done, total) -> {});
        write(lost, 7, 2);
        lost.trim(9L * BLOCK, BLOCK, false);
        lost.flush();
        Volume found = recovered(2);
        assertThat(found.missingBlocks()).isEqualTo(2);
        assertThat(Rig.readAll(found)).isEqualTo(Rig.readAll(lost));
    }

    @Test
    void aCopyThatFollowsTwiceFetchesTheRestAlone() {
        Volume owner = here.create("disk", IMAGE, SIZE, 1);
        Rig.write(owner, 0, Rig.bytes(100 * BLOCK, 1));
        Volume copy = there.standby("disk", owner.description(), 2, owner.source());
        copy.catchUp();
        copy.prefetch(() -> true, (done, total) -> {});
        write(owner, 7, 2);
        Volume target = there.standby("disk", owner.description(), 2, owner.source());
        target.open(owner.seal());
        assertThat(target.missingBlocks()).isEqualTo(1);
        assertThat(Rig.readAll(target)).isEqualTo(Rig.readAll(owner));
        assertThat(target.bytesFetched()).isEqualTo(BLOCK);
    }

    @Test
    void anUndoneMoveGoesOnAtTheSource() {
        Volume from = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        write(from, 1, 1);
        Volume to = there.standby("disk", from.description(), 2, from.source());
        to.open(from.seal());
        there.delete("disk");
        from.unseal();
        write(from, 1, 2);
        from.flush();
        assertThat(read(recovered(2), 1)).isEqualTo(Rig.bytes(BLOCK, 2));
    }

    @Test
    void aRestartedOwnerSendsWhatItHadNotSent() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        write(volume, 1, 1);
        volume.flush();
        ledgers.reach(false);
        write(volume, 1, 2);
        write(volume, 2, 2);
        Path killed = Rig.copy(folder.resolve("here"), folder.resolve("killed"));
        ledgers.reach(true);
        try (LocalVolumePool after = new LocalVolumePool(
                killed.resolve("pool"),
                new ImageStore(killed.resolve("objects")),
                50,
                Optional.of(new Replication(registry, ledgers, new HostId("here"))))) {
            Volume again = after.open("disk", 1);
            again.flush();
            Volume found = recovered(2);
            assertThat(read(found, 1)).isEqualTo(Rig.bytes(BLOCK, 2));
            assertThat(read(found, 2)).isEqualTo(Rig.bytes(BLOCK, 2));
        }
    }

    @Test
    void whatALossOfPowerTookComesFromTheJournal() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        write(volume, 1, 1);
        volume.flush();
        Path early = Rig.copy(folder.resolve("here"), folder.resolve("early"));
        write(volume, 1, 2);
        write(volume, 2, 2);
        volume.flush();
        try (LocalVolumePool after = new LocalVolumePool(
                early.resolve("pool"),
                new ImageStore(early.resolve("objects")),
                50,
                Optional.of(new Replication(registry, ledgers, new HostId("here"))))) {
            Volume again = after.open("disk", 1);
            assertThat(read(again, 1)).isEqualTo(Rig.bytes(BLOCK, 2));
            assertThat(read(again, 2)).isEqualTo(Rig.bytes(BLOCK, 2));
            write(again, 1, 3);
            again.flush();
            assertThat(read(recovered(2), 1)).isEqualTo(Rig.bytes(BLOCK, 3));
        }
    }

    @Test
    void aReplacedVolumeIsSentAnew() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        write(volume, 1, 1);
        here.copy("disk", "disk.before", 1);
        write(volume, 1, 2);
        write(volume, 2, 2);
        volume.flush();
        here.replace("disk", "disk.before", 1);
        here.open("disk", 1);
        Volume found = recovered(2);
        assertThat(read(found, 1)).isEqualTo(Rig.bytes(BLOCK, 1));
        assertThat(Rig.readAll(found))
                .isEqualTo(Rig.readAll(here.find("disk.before").orElseThrow()));
    }

    @Test
    void aGrownVolumeIsRecoveredAtItsSize() {
        here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        here.grow("disk", 2 * SIZE);
        Volume grown = here.open("disk", 1);
        Rig.write(grown, 2 * SIZE - BLOCK, Rig.bytes(BLOCK, 5));
        grown.flush();
        Volume found = recovered(2);
        assertThat(found.sizeBytes()).isEqualTo(2 * SIZE);
        assertThat(Rig.read(found, 2 * SIZE - BLOCK, BLOCK)).isEqualTo(Rig.bytes(BLOCK, 5));
    }

    @Test
    void aLongJournalIsGivenUpBehindWhatCounts() throws IOException {
        Volume volume = here.create("disk", IMAGE, LARGE, 1, REPLICATED);
        int written = 8 << 20;
        write(volume, 10_000, 1);
        for (int round = 0; round < 40; round++) {
            Rig.write(volume, (round & 1) * (long) written, Rig.bytes(written, round));
            while (((BlockVolume) volume).tidy()) {}
        }
        volume.flush();
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> {
            ((BlockVolume) volume).tidy();
            return ledgers.count() <= 6;
        });
        assertThat(40L * written / JournalFeed.CHUNK_BYTES).isGreaterThanOrEqualTo(10);
        Volume found = recovered(2);
        assertThat(read(found, 10_000)).isEqualTo(Rig.bytes(BLOCK, 1));
        assertThat(Rig.read(found, 0, written)).isEqualTo(Rig.bytes(written, 38));
        assertThat(Rig.read(found, written, written)).isEqualTo(Rig.bytes(written, 39));
    }

    @Test
    void hostsThatFailAtOnceForAWhileLeaveNoTrailOfLedgers() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        ledgers.refuse(true);
        write(volume, 1, 1);
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> ledgers.made() >= 6);
        ledgers.refuse(false);
        volume.flush();
        assertThat(ledgers.count()).isLessThanOrEqualTo(2);
        assertThat(read(recovered(2), 1)).isEqualTo(Rig.bytes(BLOCK, 1));
    }

    @Test
    void aRemovedVolumeLeavesNothing() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        write(volume, 1, 1);
        volume.flush();
        here.discard("disk");
        assertThat(ledgers.count()).isZero();
        assertThat(registry.children("/journals")).isEmpty();
        assertThat(there.recover("disk", 2)).isEmpty();
    }

    @Test
    void aPoolWithoutLedgersRefusesToReplicate() {
        try (LocalVolumePool plain =
                new LocalVolumePool(folder.resolve("plain"), new ImageStore(folder.resolve("here/objects")))) {
            assertThatThrownBy(() -> plain.create("disk", IMAGE, SIZE, 1, REPLICATED))
                    .isInstanceOf(ImageStoreException.class)
                    .hasMessageContaining("no ledgers");
            assertThat(plain.names()).isEmpty();
        }
    }
}
