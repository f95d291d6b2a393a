package io.supercloud.image.internal.log;

import io.supercloud.image.internal.disk.Disk;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log when it is opened. What a record says to be durable must be there; of what came later the longest sound part is
 * kept and the rest, which no flush has promised, is cut off, so that what remains is a state that the log once had.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final Disk disk;
    private final Path directory;
    private final NavigableMap<Integer, Segment> segments;
    private final ByteBuffer index;
    private final int maxUnforcedNumbers;
    private final ByteBuffer content = ByteBuffer.allocateDirect(BlockLog.BLOCK_BYTES);
    private long durable;

    /** @param segments by number; those behind a cut are removed */
    Recovery(Disk disk, LogSettings settings, Path directory, NavigableMap<Integer, Segment> segments) {
        this.index = ByteBuffer.allocate(settings.indexBytes());
        this.maxUnforcedNumbers = settings.maxUnforcedNumbers();
        this.disk = disk;
        this.directory = directory;
        this.segments = segments;
    }

    /**
     * Passes all records on.
     *
     * @return the place up to which all was durable before
     * @throws CorruptRecordException where a record is damaged that was durable
     */
    long run(BlockLog.Visitor visitor) throws IOException {
        durable = lastMark();
        List<Segment> all = List.copyOf(segments.values());
        List<Entry> next = all.isEmpty() ? List.of() : entries(all.getFirst());
        for (int i = 0; i < all.size(); i++) {
            Segment segment = all.get(i);
            List<Entry> found = next;
            boolean reused = isReused(segment, found.size());
            next = i + 1 < all.size() ? entries(all.get(i + 1)) : List.of();
            if (reused) {
                continue;
            }
            int expected = i + 1 < all.size()
                    ? expected(segment, found, all.get(i + 1), next)
                    : Math.max(found.size(), promised(segment));
            int sound = sound(segment, found.subList(0, Math.min(found.size(), expected)));
            restore(segment, found.subList(0, sound), visitor);
            if (sound < expected) {
                cut(segment, sound);
                break;
            }
        }
        return durable;
    }

    /**
     * Whether the file has records of a later segment behind its first {@code count}: then this one was given up, the file
     * became that one, and the loss of power came before its new name was durable. Its index is the one that was read last.
     */
    private boolean isReused(Segment segment, int count) {
        int at = count * Entry.BYTES;
        int owner = at < index.limit() ? Entry.segment(index, at) : 0;
        return owner > segment.number() && owner <= segments.lastKey() + maxUnforcedNumbers;
    }

    /** Marks grow with the log, and each segment begins with one: the last that can be read is the highest. */
    private long lastMark() throws IOException {
        for (Segment segment : segments.descendingMap().values()) {
            long highest = 0;
            segment.readIndex(index);
            for (int at = 0; at < index.limit(); at += Entry.BYTES) {
                Entry entry = Entry.read(index, at, segment.number());
                if (entry != null && entry.record().kind() == RecordKind.FORCED) {
                    highest = Math.max(highest, entry.record().block());
                }
            }
            if (highest > 0) {
                return highest;
            }
        }
        return 0;
    }

    private List<Entry> entries(Segment segment) throws IOException {
        segment.readIndex(index);
        return Entry.readAll(index, segment.number());
    }

    /** How many records a segment must have that is not the last. */
    private int expected(Segment segment, List<Entry> found, Segment following, List<Entry> next) {
        if (following.number() == segment.number() + 1 && !next.isEmpty()) {
            return next.getFirst().slot();
        }
        return Math.max(Math.max(found.size(), 1), promised(segment));
    }

    private int promised(Segment segment) {
        return Location.segment(durable) == segment.number() ? Location.index(durable) : 0;
    }

    /** How many records are as they were written. The content of those that were durable is verified when it is read. */
    private int sound(Segment segment, List<Entry> found) throws IOException {
        for (int i = 0; i < found.size(); i++) {
            Entry entry = found.get(i);
            boolean promised = Location.position(segment.number(), i) < durable;
            if (entry.record().kind() == RecordKind.DATA && !promised && !contentIsSound(segment, entry)) {
                return i;
            }
        }
        return found.size();
    }

    private boolean contentIsSound(Segment segment, Entry entry) throws IOException {
        try {
            segment.read(entry.slot(), content.clear());
            return Checksum.ofBlock(content, 0) == entry.record().checksum();
        } catch (EOFException lostWithThePower) {
            return false;
        }
    }

    private static void restore(Segment segment, List<Entry> sound, BlockLog.Visitor visitor) throws IOException {
        int slots = 0;
        for (int i = 0; i < sound.size(); i++) {
            Entry entry = sound.get(i);
            slots = entry.record().kind() == RecordKind.DATA ? entry.slot() + 1 : slots;
            visitor.record(entry.record(), entry.location(segment.number(), i));
        }
        segment.restore(sound.size(), slots);
    }

    private void cut(Segment segment, int entry) throws IOException {
        if (Location.position(segment.number(), entry) < durable) {
            throw new CorruptRecordException(segment.path(), (long) entry * Entry.BYTES);
        }
        List<Segment> behind = List.copyOf(
                segments.tailMap(segment.number(), false).descendingMap().values());
        LOG.warn(
                "Segment {} ends in a torn record: what was never flushed is cut off at record {}, with {} segments behind it",
                segment.path(),
                entry,
                behind.size());
        for (Segment each : behind) {
            each.close();
            disk.delete(each.path());
            segments.remove(each.number());
        }
        disk.forceDirectory(directory);
        segment.wipeFrom(entry);
    }
}
