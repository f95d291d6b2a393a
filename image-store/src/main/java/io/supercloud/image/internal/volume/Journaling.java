package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.AtRisk;
import io.supercloud.image.BlockData;
import io.supercloud.image.Changes;
import io.supercloud.image.VolumeSource;
import io.supercloud.image.internal.journal.Batch;
import io.supercloud.image.internal.journal.JournalEntry;
import io.supercloud.image.internal.journal.JournalFeed;
import io.supercloud.image.internal.journal.JournalReader;
import io.supercloud.image.internal.journal.JournalRecord;
import io.supercloud.image.internal.log.Checksum;
import io.supercloud.image.internal.log.LogRecord;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * What a journal needs beside writes: an owner that began anew sends what is lacking, old chunks are given up, and full ones go to the object
 * store.
 */
final class Journaling implements ArchiveCare {
    /** How many chunks there may be beside twice as many as the volume would fill. */
    static final int SLACK_CHUNKS = 4;
    /** How many chunks are kept for marks alone; then these give way, as a guest must not wait for them. */
    private static final int MOST_KEPT_CHUNKS = 256;
    /** As a chunk of the journal: its size is not known here otherwise. */
    private static final long CHUNK_BYTES = JournalFeed.CHUNK_BYTES;

    private final JournaledLog log;
    private final LocalBlocks blocks;
    private final LocalSource content;
    private final JournalFeed feed;
    private final BooleanSupplier owner;
    /** Chunks whose live content is in later ones too, and since which version. */
    private final Map<Integer, Long> spent = new ConcurrentHashMap<>();

    private final Archiving archiving;

    /**
     * @param content the volume's own content
     * @param owner whether the volume is open here
     */
    Journaling(JournaledLog log, LocalBlocks blocks, LocalSource content, BooleanSupplier owner, Tasks tasks) {
        this.blocks = blocks;
        this.content = content;
        this.log = log;
        this.feed = log.feed();
        this.owner = owner;
        this.archiving =
                new Archiving(feed, () -> owner.getAsBoolean() && blocks.map().absent() == 0, tasks);
    }

    /** Begins to do in the background what nobody waits for. */
    void start(String volume) {
        archiving.start(volume);
    }

    void close() {
        archiving.close();
    }

    /** What the loss of this host would lose now. */
    AtRisk atRisk() {
        return feed.atRisk();
    }

    /** Whether a later owner has ended this one. */
    boolean isOver() {
        return feed.isOver();
    }

    /** Keeps this instant, in which nobody writes, to be recovered. */
    void mark(String label) throws IOException {
        feed.awaitClaim();
        feed.flush();
        feed.journal().mark(feed.epoch(), label, blocks.lastVersion());
    }

    /** The owner writes again, after a restart of this process. */
    void resume(long epoch) {
        blocks.ordered(() -> log.resume(epoch, blocks.lastVersion()));
    }

    /** Notes all that the journal has and is not here. */
    void takeVersions(Replica replica) throws IOException {
        long cursor = 0;
        boolean more = true;
        while (more) {
            Changes changes = replica.changesAfter(cursor);
            blocks.change(() -> blocks.stageChanges(changes, null));
            cursor = changes.cursor();
            more = changes.more();
        }
    }

    /** Sends all blocks of higher versions than {@code cursor}, to count together, and returns when they are durable. */
    long send(long cursor) throws IOException {
        List<Long> lacking = new ArrayList<>();
        Changes changes;
        long from = cursor;
        do {
            changes = content.changesHere(from);
            Arrays.stream(changes.blocks()).forEach(lacking::add);
            from = changes.cursor();
        } while (changes.more());
        for (int start = 0; start < lacking.size(); start += VolumeSource.MAX_BLOCKS) {
            int end = Math.min(lacking.size(), start + VolumeSource.MAX_BLOCKS);
            long[] some = lacking.subList(start, end).stream()
                    .mapToLong(Long::longValue)
                    .toArray();
            append(content.read(some), end < lacking.size() ? JournalEntry.MORE : JournalEntry.LAST);
        }
        feed.flush();
        return lacking.size();
    }

    private void append(BlockData data, int flags) throws IOException {
        Batch batch = new Batch();
        for (int i = 0; i < data.blocks().length; i++) {
            long version = data.versions()[i];
            if (data.data()[i].length == 0) {
                batch.add(LogRecord.of(RecordKind.ZERO, data.blocks()[i], version));
            } else {
                ByteBuffer block = ByteBuffer.wrap(data.data()[i]);
                batch.add(new LogRecord(RecordKind.DATA, data.blocks()[i], version, Checksum.ofBlock(block, 0)), block);
            }
        }
        feed.awaitSpace(batch.bytes());
        blocks.ordered(() -> feed.append(batch, flags));
    }

    @Override
    public List<JournalRecord.Chunk> archived() throws IOException {
        if (!owner.getAsBoolean() || blocks.map().absent() > 0) {
            return List.of();
        }
        return feed.journal().find().stream()
                .flatMap(record -> record.chunks().stream())
                .filter(chunk -> chunk.kept() instanceof JournalRecord.Kept.Archived)
                .toList();
    }

    /** What a damaged one had is appended anew. */
    @Override
    public long verifyOrMend(JournalRecord.Chunk chunk) throws IOException {
        Optional<JournalRecord> found = feed.journal().find();
        if (found.isEmpty() || !found.get().chunks().contains(chunk)) {
            return 0;
        }
        JournalRecord record = found.get();
        try (JournalReader reader = new JournalReader(feed.journal(), record)) {
            reader.verify(chunk);
            return 0;
        } catch (IOException e) {
            if (!feed.journal().answers(record, chunk)) {
                throw e;
            }
        }
        long mended = sendWhatItHad(record, chunk);
        feed.flush();
        feed.drop(chunk, blocks.lastVersion());
        return mended;
    }

    /** All that is here, where nobody can tell any more which blocks it had. */
    private long sendWhatItHad(JournalRecord record, JournalRecord.Chunk chunk) throws IOException {
        try {
            return sendLive(record, chunk);
        } catch (IOException unreadable) {
            return send(0);
        }
    }

    /** Gives up one chunk where the journal is long; false where it is not. */
    boolean trim() throws IOException {
        OptionalInt open = feed.openChunk();
        boolean idle = feed.isOver() || spent.isEmpty() && !isLong();
        if (idle || !owner.getAsBoolean() || open.isEmpty() || blocks.map().absent() > 0) {
            return false;
        }
        Optional<JournalRecord> record = feed.journal().find();
        return record.isPresent() && (dropped(record.get()) || spent(record.get(), open.getAsInt()));
    }

    /** Drops the oldest chunk, where its live content is elsewhere and no mark needs the rest. */
    private boolean dropped(JournalRecord record) throws IOException {
        spent.keySet()
                .retainAll(record.chunks().stream()
                        .map(JournalRecord.Chunk::number)
                        .toList());
        if (record.chunks().isEmpty()) {
            return false;
        }
        JournalRecord.Chunk oldest = record.chunks().getFirst();
        Long since = spent.get(oldest.number());
        if (since == null || record.hasMarkBefore(since) && spent.size() <= MOST_KEPT_CHUNKS) {
            return false;
        }
        feed.drop(oldest, since);
        spent.remove(oldest.number());
        return true;
    }

    /** Appends the live content of the oldest chunk anew of which that is not done. */
    private boolean spent(JournalRecord record, int open) throws IOException {
        Optional<JournalRecord.Chunk> oldest = record.chunks().stream()
                .filter(chunk -> chunk.number() < open && !spent.containsKey(chunk.number()))
                .findFirst();
        if (!isLong() || oldest.isEmpty()) {
            return false;
        }
        sendLive(record, oldest.get());
        feed.flush();
        spent.put(oldest.get().number(), blocks.lastVersion());
        return true;
    }

    private boolean isLong() {
        long needed = blocks.log().liveBytes() / CHUNK_BYTES;
        return feed.chunks() - spent.size() > 2 * needed + SLACK_CHUNKS;
    }

    /** Returns how many blocks that were. */
    private long sendLive(JournalRecord record, JournalRecord.Chunk chunk) throws IOException {
        List<Long> live = new ArrayList<>();
        try (JournalReader reader = new JournalReader(feed.journal(), record)) {
            reader.replayAlone(chunk, (item, number) -> {
                long block = item.record().block();
                if (block < blocks.map().blocks()
                        && blocks.map().version(block) == item.record().version()) {
                    live.add(block);
                }
            });
        }
        for (int start = 0; start < live.size(); start += VolumeSource.MAX_BLOCKS) {
            int end = Math.min(live.size(), start + VolumeSource.MAX_BLOCKS);
            append(
                    content.read(live.subList(start, end).stream()
                            .mapToLong(Long::longValue)
                            .toArray()),
                    0);
        }
        return live.size();
    }
}
