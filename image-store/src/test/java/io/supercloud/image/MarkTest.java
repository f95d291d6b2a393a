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
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A replicated volume that goes on from an instant that was kept. */
@Timeout(60)
class MarkTest {
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
        here = pool("here");
        there = pool("there");
    }

    private LocalVolumePool pool(String host) {
        return Rig.replicated(folder.resolve(host), image, 50, new Replication(registry, ledgers, new HostId(host)));
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private static byte[] read(Volume volume, int block) {
        return Rig.read(volume, (long) block * BLOCK, BLOCK);
    }

    private static void write(Volume volume, int block, int seed) {
        Rig.write(volume, (long) block * BLOCK, Rig.bytes(BLOCK, seed));
        volume.flush();
    }

    /** Blocks 1 and 2 are written before the mark, 2 and 3 after it. */
    private Volume marked() {
        Volume volume = here.create("disk", IMAGE, SIZE, 1, REPLICATED);
        write(volume, 1, 1);
        write(volume, 2, 1);
        here.mark("disk", "a");
        write(volume, 2, 2);
        write(volume, 3, 2);
        return volume;
    }

    private void assertIsAtTheMark(Volume volume) {
        assertThat(read(volume, 1)).isEqualTo(Rig.bytes(BLOCK, 1));
        assertThat(read(volume, 2)).isEqualTo(Rig.bytes(BLOCK, 1));
        assertThat(read(volume, 3)).isEqualTo(java.util.Arrays.copyOfRange(image, 3 * BLOCK, 4 * BLOCK));
    }

    @Test
    void aVolumeGoesOnFromItsMarkAndWhatWasWrittenLaterNeverComesBack() {
        byte[] later = Rig.readAll(marked());
        Volume found = there.recover("disk", 2, Optional.of("a")).orElseThrow();
        assertIsAtTheMark(found);
        assertThat(Rig.readAll(found)).isNotEqualTo(later);
        write(found, 4, 3);
        Volume again = here.recover("disk", 3).orElseThrow();
        assertIsAtTheMark(again);
        assertThat(read(again, 4)).isEqualTo(Rig.bytes(BLOCK, 3));
    }

    @Test
    void itGoesOnFromTheSameMarkTwice() {
        marked();
        Volume first = there.recover("disk", 2, Optional.of("a")).orElseThrow();
        write(first, 1, 3);
        assertIsAtTheMark(here.recover("disk", 3, Optional.of("a")).orElseThrow());
    }

    @Test
    void whoGoesOnFromAMarkIsTheOnlyOneWhoWrites() {
        Volume former = marked();
        assertThat(there.recover("disk", 2, Optional.of("a"))).isPresent();
        assertThatThrownBy(() -> write(former, 5, 5)).isInstanceOf(BlockIoException.class);
    }

    @Test
    void theFormerOwnersCopyIsNoCacheOfWhatWentOnFromAMark() {
        marked();
        Volume found = there.recover("disk", 2, Optional.of("a")).orElseThrow();
        found.prefetch(() -> true, (done, total) -> {});
        Volume back = here.standby("disk", found.description(), 3, found.source());
        back.open(found.seal());
        found.retire();
        assertIsAtTheMark(back);
    }

    @Test
    void aFormerOwnerThatComesBackLaterHasWhatWentOnFromTheMark() {
        marked();
        write(there.recover("disk", 2, Optional.of("a")).orElseThrow(), 4, 3);
        Volume again = here.open("disk", 3);
        assertIsAtTheMark(again);
        assertThat(read(again, 4)).isEqualTo(Rig.bytes(BLOCK, 3));
    }

    @Test
    void aCopyThatWasLeftByAMoveAfterTheMarkIsNoCache() {
        Volume from = marked();
        Volume to = there.standby("disk", from.description(), 2, from.source());
        to.open(from.seal());
        from.retire();
        write(to, 1, 4);
        assertIsAtTheMark(here.recover("disk", 3, Optional.of("a")).orElseThrow());
    }

    @Test
    void aMarkIsReplacedByTheNextOneOfItsLabel() {
        Volume volume = marked();
        here.mark("disk", "a");
        byte[] expected = Rig.readAll(volume);
        write(volume, 1, 9);
        assertThat(Rig.readAll(there.recover("disk", 2, Optional.of("a")).orElseThrow()))
                .isEqualTo(expected);
    }

    @Test
    void aRecoveryFromAMarkIsTakenBackBeforeAnythingIsWritten() {
        byte[] latest = Rig.readAll(marked());
        assertThat(there.recover("disk", 2, Optional.of("a"))).isPresent();
        there.undoRecovery("disk", 2);
        assertThat(there.find("disk")).isEmpty();
        assertThat(Rig.readAll(there.recover("disk", 2).orElseThrow())).isEqualTo(latest);
    }

    @Test
    void withoutAMarkNothingIsChanged() {
        Volume volume = marked();
        here.unmark("disk", "a");
        assertThatThrownBy(() -> there.recover("disk", 2, Optional.of("a")))
                .isInstanceOf(ImageStoreException.class)
                .hasMessageContaining("no mark 'a'");
        write(volume, 5, 5);
    }

    @Test
    void whatAMarkNeedsStaysInALongJournalAndGoesWithIt() throws IOException {
        BlockVolume volume = (BlockVolume) here.create("disk", IMAGE, LARGE, 1, REPLICATED);
        Rig.write(volume, 0, Rig.bytes(8 << 20, 77));
        here.mark("disk", "a");
        overwrite(volume);
        assertThat(ledgers.count()).isGreaterThanOrEqualTo((int) (40L * (8 << 20) / JournalFeed.CHUNK_BYTES));
        here.mark("disk", "b");
        here.unmark("disk", "a");
        Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> {
            volume.tidy();
            return ledgers.count() <= 6;
        });
        byte[] expected = Rig.readAll(volume);
        overwrite(volume);
        assertThat(Rig.readAll(there.recover("disk", 2, Optional.of("b")).orElseThrow()))
                .isEqualTo(expected);
    }

    private static void overwrite(BlockVolume volume) throws IOException {
        for (int round = 0; round < 40; round++) {
            Rig.write(volume, 0, Rig.bytes(8 << 20, round));
            volume.flush();
            while (volume.tidy()) {}
        }
    }
}
