package io.supercloud.image.internal.journal;

import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.image.ImageStoreException;
import io.supercloud.image.StaleEpochException;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.VolumeState;
import io.supercloud.image.ledger.Ledgers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    public VolumeJournal(Registry registry, Ledgers ledgers, HostId me, String name) {
        this.registry = registry;
        this.ledgers = ledgers;
        this.me = me;
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
            deleteLedgers(former.chunks());
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
            chunks.add(new JournalRecord.Chunk(record.nextNumber(), ledger, false));
            return record.with(chunks);
        });
        for (JournalRecord.Chunk chunk : gone) {
            ledgers.delete(chunk.ledger());
        }
        return now;
    }

    /** Drops a chunk whose live content is in others too since {@code version}; marks before that go with it. */
    JournalRecord drop(long epoch, JournalRecord.Chunk chunk, long version) throws IOException {
        JournalRecord now = changeMine(epoch, record -> record.without(chunk, version));
        ledgers.delete(chunk.ledger());
        return now;
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

    /** Throws where the journal has no such mark. */
    public JournalRecord.Mark requireMark(JournalRecord record, String label) {
        return record.mark(label)
                .orElseThrow(() ->
                        new ImageStoreException("the journal of volume '%s' has no mark '%s'".formatted(name, label)));
    }

    /** Takes back that the volume went on from a mark, as the one of this serial, with what was written since. */
    public void rollForward(long epoch, long serial) throws IOException {
        List<JournalRecord.Chunk> before = new ArrayList<>();
        JournalRecord now = changeMine(epoch, record -> {
            before.clear();
            before.addAll(record.chunks());
            return record.rolledForward(serial);
        });
        before.removeAll(now.chunks());
        deleteLedgers(before);
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
            deleteLedgers(record.chunks());
        }
    }

    private void deleteLedgers(List<JournalRecord.Chunk> chunks) throws IOException {
        for (JournalRecord.Chunk chunk : chunks) {
            ledgers.delete(chunk.ledger());
        }
    }

    private JournalRecord changeMine(long epoch, UnaryOperator<JournalRecord> change) throws IOException {
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
