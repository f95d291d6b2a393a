package io.supercloud.image.internal.journal;

import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.SiteId;
import io.supercloud.image.ImageStoreException;
import io.supercloud.image.Replication;
import io.supercloud.image.StaleEpochException;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.VolumeState;
import io.supercloud.image.ledger.LedgerReader;
import io.supercloud.image.ledger.Ledgers;
import io.supercloud.image.object.Archives;
import io.supercloud.image.object.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * The one door to the record of a volume's journal. Methods block, throw {@link StaleEpochException} where a later owner was
 * here, and {@link IOException} where registry or ledgers do not answer: then try again, all may be repeated.
 */
public final class VolumeJournal {
    private static final String ROOT = "/journals/";
    /** How often somebody else may have changed the record in between. */
    private static final int MAX_ATTEMPTS = 20;

    private final Registry registry;
    private final Ledgers ledgers;
    private final HostId me;
    private final String name;
    private final Optional<Archives> archives;

    public VolumeJournal(Replication parts, String name) {
        this.registry = parts.registry();
        this.ledgers = parts.ledgers();
        this.me = parts.me();
        this.archives = parts.archives();
        this.name = name;
    }

    Ledgers ledgers() {
        return ledgers;
    }

    String name() {
        return name;
    }

    public Optional<JournalRecord> find() throws IOException {
        Optional<Registry.Entry> entry = read();
        return entry.isEmpty() ? Optional.empty() : Optional.of(decode(entry.get()));
    }

    private Optional<Registry.Entry> read() throws IOException {
        try {
            return registry.read(ROOT + name);
        } catch (RegistryException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private JournalRecord decode(Registry.Entry entry) throws IOException {
        return JournalRecord.decode(name, entry.text());
    }

    /**
     * Makes an empty journal, which this host may write to at {@code epoch}. One of another volume of this name is replaced.
     *
     * @param whole whether the volume has nothing yet that would be missing in it
     */
    public void begin(VolumeDescription description, long epoch, boolean whole) throws IOException {
        Optional<Registry.Entry> known = read();
        byte[] value = JournalRecord.begun(description, epoch, me, whole).encode();
        try {
            if (known.isEmpty()) {
                registry.create(ROOT + name, value);
                return;
            }
            JournalRecord former = decode(known.get());
            requireMine(former, epoch);
            registry.replace(known.get(), value);
            deleteAll(former);
        } catch (RegistryException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void requireMine(JournalRecord record, long epoch) {
        if (record.epoch() > epoch
                || (record.epoch() == epoch && !record.owner().equals(me))) {
            throw new StaleEpochException(name, epoch, new VolumeState.Open(record.epoch()));
        }
    }

    /**
     * Makes this host the only one that may write, at {@code epoch}: when this returns, no earlier owner's append that was
     * not acknowledged before can be any more.
     */
    public JournalRecord claim(VolumeDescription description, long epoch) throws IOException {
        JournalRecord claimed = change(record -> {
            requireMine(record, epoch);
            if (record.description().serial() != description.serial()) {
                throw new ImageStoreException(
                        "the journal of volume '%s' is of another volume of this name: delete it".formatted(name));
            }
            return record.claimedBy(description, epoch, me);
        });
        if (claimed.chunks().stream().allMatch(JournalRecord.Chunk::ended)) {
            return claimed;
        }
        for (JournalRecord.Chunk chunk : claimed.chunks()) {
            if (!chunk.ended()) {
                ledgers.end(chunk.ledger()).close();
            }
        }
        return changeMine(
                epoch,
                record -> record.with(record.chunks().stream()
                        .map(JournalRecord.Chunk::nowEnded)
                        .toList()));
    }

    /**
     * Adds an empty chunk, the last one, that this owner is going to write to.
     *
     * @param finished its chunks that nothing can be added to any more: it writes to them no more, and waits for nothing
     * @param useless its chunks that have failed before anything of them was durable: they go
     */
    JournalRecord add(long epoch, long ledger, Set<Integer> finished, Set<Integer> useless) throws IOException {
        List<JournalRecord.Chunk> gone = new ArrayList<>();
        JournalRecord now = changeMine(epoch, record -> {
            List<JournalRecord.Chunk> chunks = new ArrayList<>();
            gone.clear();
            for (JournalRecord.Chunk chunk : record.chunks()) {
                if (useless.contains(chunk.number())) {
                    gone.add(chunk);
                } else {
                    chunks.add(finished.contains(chunk.number()) ? chunk.nowEnded() : chunk);
                }
            }
            chunks.add(new JournalRecord.Chunk(record.nextNumber(), ledger, new JournalRecord.Kept.Open()));
            return record.with(chunks);
        });
        for (JournalRecord.Chunk chunk : gone) {
            ledgers.delete(chunk.ledger());
        }
        return now;
    }

    /** Drops a chunk whose live content is in others too since {@code version}; marks before that go with it. */
    JournalRecord drop(long epoch, JournalRecord.Chunk chunk, long version) throws IOException {
        List<JournalRecord.Chunk> gone = new ArrayList<>();
        JournalRecord now = changeMine(epoch, record -> {
            gone.clear();
            record.chunks().stream()
                    .filter(each -> each.number() == chunk.number())
                    .forEach(gone::add);
            return record.without(chunk, version);
        });
        for (JournalRecord.Chunk each : gone) {
            delete(now, each);
        }
        return now;
    }

    /** Whether this host has an object store that chunks can go to. */
    public boolean hasArchive() {
        return archives.isPresent();
    }

    /**
     * Copies a chunk that nobody writes to any more to the object store of this host's site, makes sure that it is there as it is here, and
     * gives its ledger up.
     */
    void archive(long epoch, JournalRecord.Chunk chunk) throws IOException {
        Archives stores = archives.orElseThrow();
        JournalRecord record = find().orElseThrow(() -> new IOException("volume '%s' has no journal".formatted(name)));
        try (LedgerReader reader = ledgers.end(chunk.ledger())) {
            ArchivedChunk.store(stores.own(), key(record, chunk), record.serial(chunk.number()), reader);
        }
        JournalRecord now = changeMine(
                epoch,
                before -> before.with(before.chunks().stream()
                        .map(each -> each.number() == chunk.number() ? each.nowArchived(stores.here()) : each)
                        .toList()));
        ledgers.delete(chunk.ledger());
        if (now.chunks().stream().noneMatch(each -> each.number() == chunk.number())) {
            stores.own().delete(key(record, chunk));
        }
    }

    /** A chunk that has ended, or that this host ends herewith, to be read. */
    LedgerReader read(JournalRecord record, JournalRecord.Chunk chunk) throws IOException {
        return switch (chunk.kept()) {
            case JournalRecord.Kept.Open _, JournalRecord.Kept.Ended _ -> ledgers.end(chunk.ledger());
            case JournalRecord.Kept.Archived(SiteId site) ->
                ArchivedChunk.open(storeAt(site), key(record, chunk), record.serial(chunk.number()));
            case JournalRecord.Kept.Stored(SiteId site, int _) ->
                ArchivedChunk.open(storeAt(site), key(record, chunk), record.serial(chunk.number()));
        };
    }

    /** Whether the store of an archived chunk answers, whatever it has of it. */
    public boolean answers(JournalRecord record, JournalRecord.Chunk chunk) {
        try {
            switch (chunk.kept()) {
                case JournalRecord.Kept.Archived(SiteId site) -> storeAt(site).has(key(record, chunk));
                case JournalRecord.Kept.Stored(SiteId site, int _) ->
                    storeAt(site).has(key(record, chunk));
                case JournalRecord.Kept.Open _, JournalRecord.Kept.Ended _ -> {}
            }
            return true;
        } catch (IOException away) {
            return false;
        }
    }

    private ObjectStore storeAt(SiteId site) throws IOException {
        if (archives.isEmpty()) {
            throw new IOException(
                    "volume '%s' is in the object store of site %s, and this host knows none: configure it"
                            .formatted(name, site));
        }
        return archives.get().at(site);
    }

    static String key(JournalRecord record, JournalRecord.Chunk chunk) {
        return "journals/%s/%016x/%08d-%d"
                .formatted(record.description().name(), record.serial(chunk.number()), chunk.number(), chunk.ledger());
    }

    void delete(JournalRecord record, JournalRecord.Chunk chunk) throws IOException {
        switch (chunk.kept()) {
            case JournalRecord.Kept.Stored(SiteId site, int _) -> storeAt(site).delete(key(record, chunk));
            case JournalRecord.Kept.Open _, JournalRecord.Kept.Ended _ -> ledgers.delete(chunk.ledger());
            case JournalRecord.Kept.Archived(SiteId site) -> {
                ledgers.delete(chunk.ledger());
                storeAt(site).delete(key(record, chunk));
            }
        }
    }

    /** Keeps an instant of a whole journal, in the place of the one of this label. All until then must be durable. */
    public void mark(long epoch, String label, long version) throws IOException {
        changeMine(epoch, record -> {
            if (!record.whole()) {
                throw new ImageStoreException("the journal of volume '%s' is not whole yet".formatted(name));
            }
            return record.marked(new JournalRecord.Mark(label, version));
        });
    }

    /** Lets go of a mark; nothing happens where there is none. */
    public void unmark(String label) throws IOException {
        if (find().filter(record -> record.mark(label).isPresent()).isPresent()) {
            change(record -> record.unmarked(label));
        }
    }

    /**
     * Gives up all that was written after a mark, and goes on as a volume of another serial, so that nobody takes a copy that
     * has it for a cache. To be called after {@link #claim}.
     */
    public JournalRecord rollBack(long epoch, String label, long newSerial) throws IOException {
        return changeMine(epoch, record -> record.rolledBack(requireMark(record, label), newSerial));
    }

    /**
     * Gives up what was written after the journal's last instant, wherever else it is, as {@link #rollBack} does. To be called after {@link
     * #claim}, by a host that goes on from there.
     */
    public JournalRecord goOn(long epoch, long newSerial) throws IOException {
        return changeMine(epoch, record -> record.rolledBack(new JournalRecord.Mark("", record.through()), newSerial));
    }

    /** Throws where the journal has no such mark. */
    public JournalRecord.Mark requireMark(JournalRecord record, String label) {
        return record.mark(label)
                .orElseThrow(() ->
                        new ImageStoreException("the journal of volume '%s' has no mark '%s'".formatted(name, label)));
    }

    /** Takes back that the volume went on from a mark, as the one of this serial, with what was written since. */
    public void rollForward(long epoch, long serial) throws IOException {
        AtomicReference<JournalRecord> before = new AtomicReference<>();
        JournalRecord now = changeMine(epoch, record -> {
            before.set(record);
            return record.rolledForward(serial);
        });
        for (JournalRecord.Chunk chunk : before.get().chunks()) {
            if (!now.chunks().contains(chunk)) {
                delete(before.get(), chunk);
            }
        }
    }

    /** From now on the journal alone is enough to recover the volume. */
    public void makeWhole(long epoch) throws IOException {
        changeMine(epoch, JournalRecord::madeWhole);
    }

    /** Deletes the journal and all that it consists of; nothing happens where there is none. */
    public void delete() throws IOException {
        Optional<Registry.Entry> entry = read();
        if (entry.isPresent()) {
            JournalRecord record = decode(entry.get());
            try {
                registry.delete(entry.get());
            } catch (RegistryException e) {
                throw new IOException(e.getMessage(), e);
            }
            deleteAll(record);
        }
    }

    private void deleteAll(JournalRecord record) throws IOException {
        for (JournalRecord.Chunk chunk : record.chunks()) {
            delete(record, chunk);
        }
    }

    JournalRecord changeMine(long epoch, UnaryOperator<JournalRecord> change) throws IOException {
        return change(record -> {
            if (record.epoch() != epoch || !record.owner().equals(me)) {
                throw new StaleEpochException(name, epoch, new VolumeState.Open(record.epoch()));
            }
            return change.apply(record);
        });
    }

    private JournalRecord change(UnaryOperator<JournalRecord> change) throws IOException {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Registry.Entry entry =
                    read().orElseThrow(() -> new ImageStoreException("volume '%s' has no journal".formatted(name)));
            JournalRecord next = change.apply(decode(entry));
            byte[] value = next.encode();
            if (value.length > Registry.MAX_VALUE_BYTES) {
                throw new IOException("the journal of volume '%s' has too many chunks, %d, to be listed"
                        .formatted(name, next.chunks().size()));
            }
            try {
                registry.replace(entry, value);
                return next;
            } catch (RegistryException.Changed lostTheRace) {
                continue;
            } catch (RegistryException e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        throw new IOException("the journal record of volume '%s' changes all the time".formatted(name));
    }
}
