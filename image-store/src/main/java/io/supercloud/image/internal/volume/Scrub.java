package io.supercloud.image.internal.volume;

import io.supercloud.image.Progress;
import io.supercloud.image.ScrubReport;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeSource;
import io.supercloud.image.internal.journal.JournalRecord;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Reads all that is here of a volume and its image, so that damage is found, and mended, while there still is a good copy. */
final class Scrub {
    private final LocalBlocks blocks;
    private final ReadPath reads;
    private final Optional<ArchiveCare> archive;
    private final BooleanSupplier keepGoing;
    private long verified;
    private long damaged;
    private String firstDamage = "";

    /** @param archive what of the volume is in object stores, which is verified too */
    Scrub(LocalBlocks blocks, ReadPath reads, Optional<ArchiveCare> archive, BooleanSupplier keepGoing) {
        this.blocks = blocks;
        this.reads = reads;
        this.archive = archive;
        this.keepGoing = keepGoing;
    }

    ScrubReport run(Progress progress) throws IOException {
        long repairedBefore = reads.repaired();
        scrubVolume(progress);
        scrubImage();
        long mended = reads.repaired() - repairedBefore;
        if (archive.isPresent()) {
            mended += scrubArchive(archive.get());
        }
        return new ScrubReport(verified, mended, damaged, firstDamage);
    }

    private void scrubVolume(Progress progress) throws IOException {
        BlockMap map = blocks.map();
        for (long block = map.skipOlderPages(0, 0); block < map.blocks(); ) {
            requireGoingOn();
            if (map.kind(block) == RecordKind.DATA) {
                verify(block);
            }
            block++;
            if (block % BlockMap.PAGE_BLOCKS == 0) {
                progress.at(block * Volume.BLOCK_BYTES, map.blocks() * Volume.BLOCK_BYTES);
                block = map.skipOlderPages(block, 0);
            }
        }
    }

    private void verify(long block) {
        try {
            reads.readVersioned(block);
            verified++;
        } catch (IOException e) {
            note(1, e);
        }
    }

    private void note(long count, IOException damage) {
        damaged += count;
        firstDamage = firstDamage.isEmpty() ? damage.getMessage() : firstDamage;
    }

    private void scrubImage() throws IOException {
        BaseImage base = blocks.base();
        for (int chunk = 0; (long) chunk * VolumeSource.STRETCH_BYTES < base.sizeBytes(); chunk++) {
            requireGoingOn();
            try {
                verified += base.verify(chunk);
            } catch (IOException e) {
                note(VolumeSource.STRETCH_BYTES / Volume.BLOCK_BYTES, e);
            }
        }
    }

    private long scrubArchive(ArchiveCare kept) throws IOException {
        long mended = 0;
        for (JournalRecord.Chunk chunk : kept.archived()) {
            requireGoingOn();
            try {
                mended += kept.verifyOrMend(chunk);
            } catch (IOException e) {
                note(1, e);
            }
        }
        return mended;
    }

    private void requireGoingOn() throws IOException {
        if (!keepGoing.getAsBoolean()) {
            throw new IOException("it is closed");
        }
    }
}
