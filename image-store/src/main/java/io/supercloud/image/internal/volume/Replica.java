package io.supercloud.image.internal.volume;

import io.supercloud.image.BlockData;
import io.supercloud.image.Changes;
import io.supercloud.image.Volume;
import io.supercloud.image.internal.journal.JournalEntry;
import io.supercloud.image.internal.journal.JournalReader;
import io.supercloud.image.internal.journal.JournalRecord;
import io.supercloud.image.internal.journal.VolumeJournal;
import io.supercloud.image.internal.log.Checksum;
import io.supercloud.image.internal.log.Location;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * A volume as its journal has it, for those who can not ask the host that wrote it. Which block has which version is read when it is
 * made; content comes from the ledgers when it is asked for, and is verified.
 */
public final class Replica extends JournalSource implements AutoCloseable {
    private static final int SLOT_BITS = 12;
    private static final int ENTRY_BITS = 20;

    private final JournalReader reader;
    private final JournalRecord record;
    private final BlockMap map;
    private final String name;
    private long lastVersion;

    private Replica(JournalRecord record, JournalReader reader, BlockMap map) {
        this.name = record.description().name();
        this.record = record;
        this.reader = reader;
        this.map = map;
    }

    /**
     * The volume at the end of the journal.
     *
     * @param memory for its map
     */
    public static Replica read(VolumeJournal journal, JournalRecord record, MapMemory memory) throws IOException {
        BlockMap map = new BlockMap(record.description().sizeBytes() / Volume.BLOCK_BYTES, memory);
        Replica replica = new Replica(record, new JournalReader(journal, record), map);
        try {
            replica.reader.replay(replica::take);
        } catch (IOException e) {
            replica.close();
            throw e;
        }
        return replica;
    }

    private void take(JournalEntry.Item item, int chunk) throws IOException {
        long block = item.record().block();
        if (block >= map.blocks()) {
            throw new IOException("the journal of volume '%s' has block %d, but the volume has %d blocks"
                    .formatted(name, block, map.blocks()));
        }
        lastVersion = Math.max(lastVersion, item.record().version());
        boolean counts = !record.isVoid(chunk, item.record().version());
        if (counts && item.record().version() >= map.version(block)) {
            map.reserve(block);
            map.put(
                    block,
                    item.record().version(),
                    place(item, chunk),
                    item.record().checksum());
        }
    }

    private static long place(JournalEntry.Item item, int chunk) {
        long position = ((long) chunk << ENTRY_BITS | item.entry()) << SLOT_BITS | item.slot();
        return Location.of(item.record().kind(), position);
    }

    /** The highest version in the journal, whether it counts or was given up; 0 where it has none. */
    public long lastVersion() {
        return lastVersion;
    }

    @Override
    public Changes changesAfter(long cursor) {
        return ChangeList.after(map, cursor, lastVersion, MAX_CHANGES);
    }

    @Override
    public BlockData read(long[] wanted) throws IOException {
        long[] versions = new long[wanted.length];
        byte[][] data = new byte[wanted.length][];
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i] < 0 || wanted[i] >= map.blocks() || map.version(wanted[i]) == 0) {
                throw new IOException("the journal of volume '%s' has no block %d".formatted(name, wanted[i]));
            }
            versions[i] = map.version(wanted[i]);
            data[i] = content(wanted[i]);
        }
        return new BlockData(wanted, versions, data);
    }

    private byte[] content(long block) throws IOException {
        long location = map.location(block);
        if (Location.kind(location) == RecordKind.ZERO) {
            return new byte[0];
        }
        long position = Location.position(location);
        int slot = (int) (position & (1 << SLOT_BITS) - 1);
        int entry = (int) (position >>> SLOT_BITS & (1 << ENTRY_BITS) - 1);
        ByteBuffer content = reader.read((int) (position >>> SLOT_BITS + ENTRY_BITS), entry, slot);
        if (Checksum.ofBlock(content, 0) != map.checksum(block)) {
            throw new IOException("block %d of volume '%s' is damaged in its journal".formatted(block, name));
        }
        byte[] data = new byte[Volume.BLOCK_BYTES];
        content.get(data);
        return data;
    }

    @Override
    public void close() {
        reader.close();
        try {
            map.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the map of volume '%s' does not let go of its file".formatted(name), e);
        }
    }
}
