package io.supercloud.image.internal.journal;

import io.supercloud.image.VolumeDescription;
import io.supercloud.image.object.Archives;
import io.supercloud.image.object.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/**
 * The journal of an archived volume, which has no ledgers: its chunks are put into the object store one by one, and count when the record
 * in the registry lists them. That is done for all those together after which the chunks are a state that the disk had; and only by the
 * owner of the record's epoch. What an owner put there and did not list is deleted by the next one. Methods block and throw as those of
 * {@link VolumeJournal}. For one thread.
 */
public final class VolumeArchive {
    private static final int EPOCH_SHIFT = 40;

    private final VolumeJournal journal;
    private final Archives stores;
    private final long epoch;
    private JournalRecord record;
    private int nextNumber;

    private VolumeArchive(VolumeJournal journal, Archives stores, long epoch, JournalRecord record) {
        this.journal = journal;
        this.stores = stores;
        this.epoch = epoch;
        this.record = record;
        this.nextNumber = record.rollBacks().stream()
                .mapToInt(rollBack -> rollBack.chunk() + 1)
                .reduce(record.nextNumber(), Math::max);
    }

    /** Lets this host be the only one that may add to the archive; makes an empty one where there is none of this volume. */
    public static VolumeArchive claim(VolumeJournal journal, Archives stores, VolumeDescription description, long epoch)
            throws IOException {
        Optional<JournalRecord> found =
                journal.find().filter(known -> known.description().serial() == description.serial());
        if (found.isEmpty()) {
            journal.begin(description, epoch, false);
        }
        VolumeArchive archive = new VolumeArchive(journal, stores, epoch, journal.claim(description, epoch));
        archive.deleteUnlisted();
        return archive;
    }

    /** Objects of this owner's epoch and earlier ones alone: a later owner may have put others there by now. */
    private void deleteUnlisted() throws IOException {
        String prefix = "journals/%s/".formatted(journal.name());
        Set<String> listed = record.chunks().stream()
                .map(chunk -> VolumeJournal.key(record, chunk))
                .collect(Collectors.toSet());
        for (String key : stores.own().list(prefix)) {
            String[] parts = key.substring(key.lastIndexOf('/') + 1).split("-");
            boolean earlier = parts.length == 2 && Long.parseLong(parts[1]) >>> EPOCH_SHIFT <= epoch;
            if (earlier && !listed.contains(key)) {
                stores.own().delete(key);
            }
        }
    }

    public JournalRecord record() {
        return record;
    }

    /** Reads the listed chunks. */
    public JournalReader reader() {
        return new JournalReader(journal, record);
    }

    /** How much the listed chunks take. */
    public long bytes() {
        return record.chunks().stream().mapToLong(VolumeArchive::bytes).sum();
    }

    public static int bytes(JournalRecord.Chunk chunk) {
        return chunk.kept() instanceof JournalRecord.Kept.Stored stored ? stored.bytes() : 0;
    }

    /** Puts a chunk into the store, where it is whole on return; it does not count yet. */
    public JournalRecord.Chunk put(PackedChunk content) throws IOException {
        content.end();
        long identity = epoch << EPOCH_SHIFT | ThreadLocalRandom.current().nextLong(1L << EPOCH_SHIFT);
        JournalRecord.Chunk chunk = new JournalRecord.Chunk(
                nextNumber, identity, new JournalRecord.Kept.Stored(stores.here(), content.bytes()));
        ObjectStore store = stores.own();
        ArchivedChunk.store(
                store, VolumeJournal.key(record, chunk), record.description().serial(), content);
        nextNumber++;
        return chunk;
    }

    /**
     * Lets chunks count, and others no more, after which the archive has what the disk had when {@code through} was its last version.
     */
    public void list(List<JournalRecord.Chunk> added, Set<Integer> gone, long through) throws IOException {
        List<JournalRecord.Chunk> given = new ArrayList<>();
        record = journal.changeMine(epoch, before -> {
            given.clear();
            List<JournalRecord.Chunk> chunks = new ArrayList<>();
            Set<Integer> known = new HashSet<>();
            for (JournalRecord.Chunk chunk : before.chunks()) {
                known.add(chunk.number());
                (gone.contains(chunk.number()) ? given : chunks).add(chunk);
            }
            added.stream().filter(chunk -> !known.contains(chunk.number())).forEach(chunks::add);
            return before.through(chunks, through);
        });
        for (JournalRecord.Chunk chunk : given) {
            journal.delete(record, chunk);
        }
    }
}
