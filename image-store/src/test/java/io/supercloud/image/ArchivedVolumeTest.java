package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.image.internal.journal.JournalFeed;
import io.supercloud.image.internal.volume.BlockVolume;
import io.supercloud.image.ledger.Copies;
import io.supercloud.image.object.FaultyObjects.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Journals whose full chunks are in the object store of their owner's site. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class ArchivedVolumeTest extends TwoSites {
    private static final Durability REPLICATED = new Durability.Replicated(Copies.DEFAULT);

    ArchivedVolumeTest() {
        super(ArchiveLimits.DEFAULT);
    }

    private Volume filled() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        fill(volume);
        volume.flush();
        return volume;
    }

    private Volume archived() {
        Volume volume = filled();
        Awaitility.await()
                .atMost(20, TimeUnit.SECONDS)
                .until(() -> objects.list("journals/disk/").size() == 1 && ledgers.count() == 1);
        return volume;
    }

    @Test
    void fullChunksMoveToTheObjectStoreAndALostVolumeIsReadFromThere() {
        archived();
        requireWhole(there.recover("disk", 2).orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"REFUSES", "FORGETS", "STORES_DAMAGED"})
    void whatTheStoreDoesNotTakeStaysInItsLedgerUntilItDoes(Fault fault) {
        faulty.next(MANY, fault);
        filled();
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> faulty.left() < MANY);
        assertThat(ledgers.count()).isEqualTo(2);
        faulty.next(0, fault);
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> ledgers.count() == 1);
        requireWhole(there.recover("disk", 2).orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"REFUSES", "READS_DAMAGED", "READS_SHORT"})
    void aWrongAnswerIsAskedForAgain(Fault fault) {
        archived();
        faultyThere.next(2, fault);
        Volume found = there.recover("disk", 2).orElseThrow();
        assertThat(faultyThere.left()).isZero();
        faultyThere.next(2, fault);
        requireWhole(found);
        assertThat(faultyThere.left()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"REFUSES", "READS_DAMAGED", "READS_SHORT"})
    void aStoreThatIsWrongForGoodIsAnErrorAndNeverWrongData(Fault fault) {
        archived();
        faultyThere.next(MANY, fault);
        assertThatThrownBy(() -> there.recover("disk", 2))
                .isInstanceOf(ImageStoreException.class)
                .hasStackTraceContaining(fault == Fault.REFUSES ? "503" : "journals/disk/");
        faultyThere.next(0, fault);
        Volume found = there.recover("disk", 3).orElseThrow();
        faultyThere.next(MANY, fault);
        assertThatThrownBy(() -> Rig.read(found, 0, BLOCK)).isInstanceOf(BlockIoException.class);
        faultyThere.next(0, fault);
        requireWhole(found);
    }

    @Test
    void damageHereIsMendedFromTheObjectStore() throws Exception {
        Volume volume = archived();
        Path segment = ScrubTest.segments(folder.resolve("here/pool/disk")).get(1);
        ScrubTest.flip(segment, Files.size(segment) / 2);
        assertThat(volume.scrub((done, total) -> {}).repaired()).isEqualTo(1);
        requireWhole(volume);
    }

    /** What can have become of an object. */
    enum Damage {
        HEAD,
        CONTENT,
        INDEX,
        CUT_OFF,
        GONE
    }

    private void damage(Damage damage) throws IOException {
        String key = objects.list("journals/disk/").getFirst();
        ByteBuffer object = ByteBuffer.allocate(objects.get(key).orElseThrow().remaining());
        object.put(objects.get(key).orElseThrow()).flip();
        int place = switch (damage) {
            case HEAD -> 7;
            case CONTENT -> object.remaining() / 2;
            case INDEX -> object.remaining() - 10;
            case CUT_OFF, GONE -> 0;
        };
        object.put(place, (byte) (object.get(place) ^ 1));
        objects.delete(key);
        if (damage != Damage.GONE) {
            objects.put(key, damage == Damage.CUT_OFF ? object.slice(0, 1 << 20) : object);
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void aScrubMendsWhatIsDamagedInTheObjectStore(Damage damage) throws IOException {
        Volume volume = archived();
        String damaged = objects.list("journals/disk/").getFirst();
        damage(damage);
        ScrubReport report = volume.scrub((done, total) -> {});
        assertThat(report.repaired()).isPositive();
        assertThat(report.damaged()).isZero();
        assertThat(objects.list("")).doesNotContain(damaged);
        requireWhole(there.recover("disk", 2).orElseThrow());
    }

    @Test
    void aStoreThatDoesNotAnswerIsNoDamageToBeMended() throws IOException {
        Volume volume = archived();
        faulty.next(MANY, Fault.REFUSES);
        ScrubReport report = volume.scrub((done, total) -> {});
        assertThat(report.repaired()).isZero();
        assertThat(report.damaged()).isEqualTo(1);
        assertThat(report.firstDamage()).contains("503");
        assertThat(objects.list("journals/disk/")).hasSize(1);
    }

    @Test
    void chunksThatNobodyNeedsAndRemovedVolumesLeaveNoObjects() throws Exception {
        Volume volume = archived();
        for (int round = 0; round < 40; round++) {
            Rig.write(volume, (round & 1) * (long) PIECE, Rig.bytes(PIECE, round));
        }
        for (int piece = 2; piece < PIECES; piece++) {
            volume.trim((long) piece * PIECE, PIECE, false);
        }
        volume.flush();
        Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> {
            ((BlockVolume) volume).tidy();
            return objects.list("").size() + ledgers.count() <= 6;
        });
        assertThat(40L * PIECE / JournalFeed.CHUNK_BYTES).isGreaterThanOrEqualTo(10);
        here.discard("disk");
        assertThat(objects.list("")).isEmpty();
        assertThat(ledgers.count()).isZero();
    }
}
