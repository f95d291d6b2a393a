package io.supercloud.image;

import io.supercloud.image.internal.journal.JournalFeed;
import io.supercloud.image.internal.journal.JournalRecord;
import io.supercloud.image.internal.journal.VolumeJournal;
import io.supercloud.image.internal.volume.BlockVolume;
import io.supercloud.image.internal.volume.LogArchiving;
import io.supercloud.image.internal.volume.Replica;
import io.supercloud.image.internal.volume.VolumeSettings;
import java.io.IOException;
import java.util.Optional;

/** What opening means for a volume that is elsewhere too, replicated or archived. Asks registry and ledgers, so it is never called under the lock of a pool. */
final class ReplicatedVolumes {
    private final Optional<Replication> replication;
    private final VolumeSettings settings;

    ReplicatedVolumes(Optional<Replication> replication, VolumeSettings settings) {
        this.replication = replication;
        this.settings = settings;
    }

    static boolean isReplicated(VolumeDescription description) {
        return description.durability() instanceof Durability.Replicated;
    }

    /** Whether a volume can be recovered, be it to an earlier instant. */
    static boolean isRecoverable(VolumeDescription description) {
        return !(description.durability() instanceof Durability.Local);
    }

    boolean areAvailable() {
        return replication.isPresent();
    }

    VolumeJournal journal(String name) {
        Replication parts = replication.orElseThrow(() -> new ImageStoreException(
                "volume '%s' can not be replicated: this pool was given no ledgers".formatted(name)));
        return new VolumeJournal(parts, name);
    }

    /** What a replicated volume writes its journal with; nothing for others. */
    Optional<JournalFeed> feed(VolumeDescription description) {
        return switch (description.durability()) {
            case Durability.Local _, Durability.Archived _ -> Optional.empty();
            case Durability.Replicated replicated ->
                Optional.of(new JournalFeed(
                        journal(description.name()), description, replicated.copies(), settings.tasks()));
        };
    }

    /** What an archived volume is archived with; nothing for others, or where this pool has no object store. */
    Optional<LogArchiving.Parts> archive(VolumeDescription description) {
        return switch (description.durability()) {
            case Durability.Local _, Durability.Replicated _ -> Optional.empty();
            case Durability.Archived _ ->
                replication.flatMap(parts -> parts.archives()
                        .map(stores -> new LogArchiving.Parts(journal(description.name()), stores, parts.limits())));
        };
    }

    private void requireArchive(VolumeDescription description) {
        if (description.durability() instanceof Durability.Archived
                && archive(description).isEmpty()) {
            throw new ImageStoreException("volume '%s' can not be archived: this pool was given no object store"
                    .formatted(description.name()));
        }
    }

    /** Before a new volume is made, so that it can be recovered from then on. */
    Void begin(VolumeDescription description, long epoch) throws IOException {
        requireArchive(description);
        VolumeJournal journal = journal(description.name());
        if (journal.find().isPresent()) {
            throw new ImageStoreException(
                    "volume '%s' has a journal, so it is or was elsewhere: recover it, or discard it first"
                            .formatted(description.name()));
        }
        journal.begin(description, epoch, true);
        return null;
    }

    Void unmark(String name, String label) throws IOException {
        journal(name).unmark(label);
        return null;
    }

    Void discard(String name) throws IOException {
        journal(name).delete();
        return null;
    }

    /** Takes back that the journal went on from a mark as this volume. */
    Void rollForward(VolumeDescription rolledBack, long epoch) throws IOException {
        journal(rolledBack.name()).rollForward(epoch, rolledBack.serial());
        return null;
    }

    /**
     * Whether it must be asked if a later owner was elsewhere. An archived volume is not asked for at the epoch that it is open at: its host
     * can open it while the registry does not answer.
     */
    boolean mayBeSuperseded(BlockVolume copy, long epoch) {
        return switch (copy.description().durability()) {
            case Durability.Local _ -> false;
            case Durability.Replicated _ -> true;
            case Durability.Archived _ -> areAvailable() && epoch > copy.state().epoch();
        };
    }

    /** An archived volume whose last owner was this host after all has more here than in its archive. */
    static boolean isWholeHere(Optional<Volume> copy, long epoch) {
        return copy.filter(known -> known.description().durability() instanceof Durability.Archived)
                .filter(known -> known.state().equals(new VolumeState.Open(epoch - 1)))
                .isPresent();
    }

    /** Whether a later owner was elsewhere, so that the copy here is worth nothing. */
    boolean isSuperseded(BlockVolume copy) throws IOException {
        return journal(copy.name())
                .find()
                .filter(record -> record.epoch() > copy.state().epoch())
                .isPresent();
    }

    /** Opens a copy that is not superseded; one that follows an owner goes on with that. */
    void open(BlockVolume copy, long epoch) throws IOException {
        copy.openAt(epoch);
        if (isReplicated(copy.description()) && !(copy.state() instanceof VolumeState.Standby)) {
            synchronise(copy, epoch);
        }
    }

    private void synchronise(BlockVolume copy, long epoch) throws IOException {
        VolumeJournal journal = journal(copy.name());
        long serial = copy.description().serial();
        Optional<JournalRecord> record = journal.find()
                .filter(found -> found.whole() && found.description().serial() == serial);
        if (record.isEmpty()) {
            journal.begin(copy.description(), epoch, false);
            copy.sendWhole();
            journal.makeWhole(epoch);
        } else {
            copy.resume(Replica.read(journal, journal.claim(copy.description(), epoch), settings.memory()));
        }
    }

    /**
     * A volume as its journal has it.
     *
     * @param replica empty where the copy here has more than the journal
     */
    record Recovered(VolumeDescription description, Optional<Replica> replica) {}

    /**
     * Ends the epoch of whoever had the volume, and reads what it has left; empty where it has no journal.
     *
     * @param mark whose instant is to be read, all after which is given up; empty for the last one
     * @param copy what is here of it
     * @param serial of the volume that goes on from a mark
     */
    Optional<Recovered> recover(String name, long epoch, Optional<String> mark, Optional<BlockVolume> copy, long serial)
            throws IOException {
        VolumeJournal journal = journal(name);
        Optional<JournalRecord> found = journal.find();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        JournalRecord record = found.get();
        if (!record.whole()) {
            throw new ImageStoreException(
                    "volume '%s' can not be recovered: %s had not copied all of it to its journal. It is there alone"
                            .formatted(name, record.owner()));
        }
        mark.ifPresent(label -> journal.requireMark(record, label));
        JournalRecord claimed = journal.claim(record.description(), epoch);
        JournalRecord now =
                mark.isEmpty() ? goneOn(journal, claimed, serial) : journal.rollBack(epoch, mark.get(), serial);
        boolean later =
                mark.isEmpty() && copy.filter(here -> isLater(here, claimed)).isPresent();
        return Optional.of(new Recovered(
                now.description(),
                later ? Optional.empty() : Optional.of(Replica.read(journal, now, settings.memory()))));
    }

    /** Whether a standby copy is of an instant that the archive has not reached. The journal of a replicated volume has all. */
    private static boolean isLater(BlockVolume copy, JournalRecord archive) {
        boolean archived = copy.description().durability() instanceof Durability.Archived;
        boolean same = copy.description().serial() == archive.description().serial();
        return archived && same && copy.instant().orElse(-1) >= archive.through();
    }

    /** What an archive lacks of a lost volume nobody may take for part of the one that goes on from it. */
    private static JournalRecord goneOn(VolumeJournal journal, JournalRecord claimed, long serial) throws IOException {
        return switch (claimed.description().durability()) {
            case Durability.Archived _ -> journal.goOn(claimed.epoch(), serial);
            case Durability.Local _, Durability.Replicated _ -> claimed;
        };
    }
}
