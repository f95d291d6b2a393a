package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.ArchiveLimits;
import io.supercloud.image.BlockData;
import io.supercloud.image.Changes;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeSource;
import io.supercloud.image.internal.journal.JournalFeed;
import io.supercloud.image.internal.journal.JournalRecord;
import io.supercloud.image.internal.journal.VolumeArchive;
import io.supercloud.image.internal.log.Checksum;
import io.supercloud.image.internal.log.LogRecord;
import io.supercloud.image.internal.log.LogTail;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * What one owner sends to the archive of its volume, at one epoch. Writers never wait for it.
 *
 * <p>It reads the log in its order, as far as that is durable: so each prefix is a disk that there was, and nothing is archived that a loss
 * of power may take from here. Where it has not followed the log from some version on (it began just now, or the guest has overwritten more
 * than is kept for it) it sends those blocks first that have later versions, as they are at the time; and lets the chunks count when all of
 * the log was sent that came meanwhile. For one thread.
 */
final class ArchiveSession {
    private static final long UNKNOWN = -1;

    private final VolumeArchive archive;
    private final LocalBlocks blocks;
    private final LocalSource content;
    private final LogTail tail;
    private final ArchiveLimits limits;
    private final Tasks tasks;
    private final BooleanSupplier keepGoing;
    private final ArchiveCleaning cleaning;
    /** Chunks that are in the store and do not count yet. */
    private final List<JournalRecord.Chunk> pending = new ArrayList<>();
    /** Chunks that count no more as soon as the pending ones do. */
    private final Set<Integer> replaced = new HashSet<>();
    /** All up to this version is in chunks, or was overwritten later. */
    private long cursor;
    /** All before this place of the log is in chunks. */
    private long place = UNKNOWN;
    /** Where chunks may count when {@link #place} is there. */
    private long wholeAt;

    ArchiveSession(
            VolumeArchive archive,
            LocalBlocks blocks,
            LocalSource content,
            ArchiveLimits limits,
            Tasks tasks,
            BooleanSupplier keepGoing) {
        this.archive = archive;
        this.blocks = blocks;
        this.content = content;
        this.tail = blocks.log().tail().orElseThrow();
        this.limits = limits;
        this.tasks = tasks;
        this.keepGoing = keepGoing;
        this.cleaning = new ArchiveCleaning(archive, blocks, content);
        this.cursor = archive.record().through();
    }

    /** How many blocks have versions that are not in the archive. */
    long lacking() {
        BlockMap map = blocks.map();
        long count = 0;
        for (long block = map.skipOlderPages(0, cursor); block < map.blocks(); ) {
            count += map.version(block) > cursor ? 1 : 0;
            block++;
            block = block % BlockMap.PAGE_BLOCKS == 0 ? map.skipOlderPages(block, cursor) : block;
        }
        return count;
    }

    /** The version that the archive is at, as far as it counts; nothing where it is on its way. */
    OptionalLong listed() {
        boolean whole = pending.isEmpty() && place != UNKNOWN && replaced.isEmpty();
        return whole && archive.record().whole() ? OptionalLong.of(cursor) : OptionalLong.empty();
    }

    VolumeArchive archive() {
        return archive;
    }

    /** Lets the next steps send all anew, in the place of what there is. */
    void beginAnew() {
        archive.record().chunks().forEach(chunk -> replaced.add(chunk.number()));
        cursor = 0;
        place = UNKNOWN;
    }

    /**
     * Does a part.
     *
     * @param overdue whether what there is must be sent, be it little
     * @return false where nothing is left to do now
     */
    boolean step(boolean overdue) throws IOException {
        if (place == UNKNOWN) {
            sendFromMap();
            return true;
        }
        boolean begun =
                !pending.isEmpty() || !replaced.isEmpty() || !archive.record().whole();
        long behindBytes = (blocks.lastVersion() - cursor) * Volume.BLOCK_BYTES;
        if (begun || overdue && behindBytes > 0 || behindBytes >= JournalFeed.CHUNK_BYTES) {
            if (begun || overdue) {
                blocks.log().forceHere();
            }
            return sendFromLog();
        }
        return clean();
    }

    /** Sends all blocks of later versions than the cursor, as they are now. */
    private void sendFromMap() throws IOException {
        long[] start = new long[2];
        blocks.ordered(() -> {
            start[0] = tail.begin(limits.retainedBytes());
            start[1] = blocks.lastVersion();
        });
        try (ChunkTray tray = tray()) {
            Changes changes;
            do {
                changes = content.changesHere(cursor);
                for (int from = 0; from < changes.blocks().length; from += VolumeSource.MAX_BLOCKS) {
                    int to = Math.min(changes.blocks().length, from + VolumeSource.MAX_BLOCKS);
                    addAsOf(start[1], Arrays.copyOfRange(changes.blocks(), from, to), tray);
                }
                tray.flush();
                pending.addAll(tray.put());
                tray.put().clear();
                cursor = Math.min(changes.cursor(), start[1]);
            } while (changes.more() && cursor < start[1]);
        }
        wholeAt = tail.head();
        place = start[0];
    }

    /** What is newer than {@code version} comes with the log. */
    private void addAsOf(long version, long[] wanted, ChunkTray tray) throws IOException {
        BlockData data = content.read(wanted);
        for (int i = 0; i < wanted.length; i++) {
            if (data.versions()[i] > 0 && data.versions()[i] <= version) {
                add(tray, data.blocks()[i], data.versions()[i], data.data()[i]);
            }
        }
    }

    private static void add(ChunkTray tray, long block, long version, byte[] data) throws IOException {
        if (data.length == 0) {
            tray.add(LogRecord.of(RecordKind.ZERO, block, version), null);
        } else {
            ByteBuffer bytes = ByteBuffer.wrap(data);
            tray.add(new LogRecord(RecordKind.DATA, block, version, Checksum.ofBlock(bytes, 0)), bytes);
        }
    }

    /** Sends what is durable of the log, a chunk at most; lets it count where it may. */
    private boolean sendFromLog() throws IOException {
        long newest = blocks.lastVersion();
        long head = tail.head();
        long before = place;
        try (ChunkTray tray = tray()) {
            long[] reached = {cursor};
            OptionalLong next = tail.visit(place, (record, location) -> take(record, location, reached, tray));
            long at = place;
            while (next.isPresent() && next.getAsLong() > at && tray.put().isEmpty()) {
                at = next.getAsLong();
                next = tail.visit(at, (record, location) -> take(record, location, reached, tray));
            }
            if (next.isEmpty()) {
                place = UNKNOWN;
                return true;
            }
            tray.flush();
            pending.addAll(tray.put());
            place = next.getAsLong();
            cursor = place >= head ? Math.max(newest, reached[0]) : reached[0];
        } catch (IOException e) {
            place = UNKNOWN;
            throw e;
        }
        listWhereWhole();
        return place > before;
    }

    private void take(LogRecord record, long location, long[] reached, ChunkTray tray) throws IOException {
        boolean written = record.kind() == RecordKind.DATA || record.kind() == RecordKind.ZERO;
        if (!written || record.version() <= reached[0]) {
            return;
        }
        ByteBuffer data = null;
        if (record.kind() == RecordKind.DATA) {
            data = blocks.reader().readRecord(location, record.checksum());
            if (data == null) {
                throw new IOException(
                        "block %d can not be read from the log as it was written".formatted(record.block()));
            }
        }
        tray.add(record, data);
        reached[0] = record.version();
    }

    private void listWhereWhole() throws IOException {
        boolean changed =
                !pending.isEmpty() || !replaced.isEmpty() || !archive.record().whole();
        if (place >= wholeAt && changed) {
            archive.list(pending, replaced, cursor);
            pending.clear();
            replaced.clear();
        }
    }

    private boolean clean() throws IOException {
        List<JournalRecord.Chunk> victims = cleaning.victims();
        if (victims.isEmpty()) {
            return false;
        }
        try (ChunkTray tray = tray()) {
            cleaning.copy(victims, tray);
            tray.flush();
            Set<Integer> gone = new HashSet<>();
            victims.forEach(victim -> gone.add(victim.number()));
            archive.list(tray.put(), gone, archive.record().through());
        }
        return true;
    }

    private ChunkTray tray() {
        return new ChunkTray(archive, limits.bytesPerSecond(), tasks, keepGoing);
    }

    /** Keeps nothing of the log any more. */
    void end() {
        tail.end();
    }
}
