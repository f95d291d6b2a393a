package io.supercloud.image.internal.volume;

import io.supercloud.image.BlockData;
import io.supercloud.image.Volume;
import io.supercloud.image.internal.journal.JournalEntry;
import io.supercloud.image.internal.journal.JournalFeed;
import io.supercloud.image.internal.journal.JournalReader;
import io.supercloud.image.internal.journal.JournalRecord;
import io.supercloud.image.internal.journal.VolumeArchive;
import io.supercloud.image.internal.log.Checksum;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps an archive small: many small chunks become one, and of chunks that are mostly overwritten what still counts is copied. What counts is
 * what the archive's last instant needs, though the disk may have overwritten it since.
 */
final class ArchiveCleaning {
    /** How many chunks there may be beside twice as many as the volume would fill. */
    private static final int SLACK_CHUNKS = 64;
    /** How much more than twice the volume's content may be stored. */
    private static final long SLACK_BYTES = 256L << 20;
    /** What is cleaned at a time. */
    private static final int MOST_VICTIMS = 32;

    private final VolumeArchive archive;
    private final LocalBlocks blocks;
    private final LocalSource content;

    ArchiveCleaning(VolumeArchive archive, LocalBlocks blocks, LocalSource content) {
        this.archive = archive;
        this.blocks = blocks;
        this.content = content;
    }

    /** The smallest where there are too many, the oldest where they take too much; none where all is well. */
    List<JournalRecord.Chunk> victims() {
        List<JournalRecord.Chunk> chunks = archive.record().chunks();
        long live = blocks.log().liveBytes();
        if (chunks.size() > 2 * (live / JournalFeed.CHUNK_BYTES) + SLACK_CHUNKS) {
            return some(chunks.stream()
                    .sorted(Comparator.comparingInt(VolumeArchive::bytes))
                    .toList());
        }
        return archive.bytes() > 2 * live + SLACK_BYTES ? some(chunks) : List.of();
    }

    private static List<JournalRecord.Chunk> some(List<JournalRecord.Chunk> inOrder) {
        List<JournalRecord.Chunk> some = new ArrayList<>();
        long bytes = 0;
        for (JournalRecord.Chunk chunk : inOrder) {
            if (some.size() >= 2 && (some.size() == MOST_VICTIMS || bytes >= JournalFeed.CHUNK_BYTES)) {
                break;
            }
            some.add(chunk);
            bytes += VolumeArchive.bytes(chunk);
        }
        return some;
    }

    /** Copies what counts of some chunks. */
    void copy(List<JournalRecord.Chunk> victims, ChunkTray tray) throws IOException {
        for (JournalRecord.Chunk victim : victims) {
            try (JournalReader reader = archive.reader()) {
                reader.replayAlone(victim, (item, number) -> copy(item, number, reader, tray));
            }
        }
    }

    private void copy(JournalEntry.Item item, int chunk, JournalReader reader, ChunkTray tray) throws IOException {
        long block = item.record().block();
        long now = block < blocks.map().blocks() ? blocks.map().version(block) : 0;
        boolean counts =
                now == item.record().version() || now > archive.record().through();
        if (counts) {
            boolean hasContent = item.record().kind() == RecordKind.DATA;
            tray.add(item.record(), hasContent ? read(item, chunk, reader) : null);
        }
    }

    /** What is here need not be read from the store. */
    private ByteBuffer read(JournalEntry.Item item, int chunk, JournalReader reader) throws IOException {
        BlockData here = content.read(new long[] {item.record().block()});
        ByteBuffer found = here.versions()[0] == item.record().version() && here.data()[0].length == Volume.BLOCK_BYTES
                ? ByteBuffer.wrap(here.data()[0])
                : reader.read(chunk, item.entry(), item.slot());
        if (Checksum.ofBlock(found, 0) != item.record().checksum()) {
            throw new IOException("block %d is damaged in the object store"
                    .formatted(item.record().block()));
        }
        return found;
    }
}
