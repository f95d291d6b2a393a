package io.supercloud.image.internal.log;

import io.supercloud.image.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log in segment files of one directory; layout in the package's document. */
public final class SegmentLog implements BlockLog {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentLog.class);
    private static final int MIN_SEGMENTS_TO_CLEAN = 4;
    /** State and mark, which begin a segment; and a mark beside each commit. */
    private static final int EXTRA_ENTRIES = 3;

    private final Disk disk;
    private final LogSettings settings;
    private final Path directory;
    private final Executor background;
    private final ConcurrentSkipListMap<Integer, Segment> segments = new ConcurrentSkipListMap<>();
    private final Durability durability = new Durability(this::force);
    private final Retained retained = new Retained();
    private final DeadSegments dead;
    private final ByteBuffer records = ByteBuffer.allocateDirect((MAX_STAGED + EXTRA_ENTRIES) * Entry.BYTES);
    private final List<ByteBuffer> content = new ArrayList<>();
    private final AtomicLong liveBytes = new AtomicLong();
    private int contentBlocks;
    private Segment active;
    /** What the next segment begins with. */
    private LogRecord state = LogRecord.of(RecordKind.STATE, 0, 0);

    private LogRecord stagedState = state;
    private int entriesBefore;
    private long highestVersion;
    private long marked;
    private volatile boolean directoryChanged;
    private volatile boolean eager;

    /** @param background where forcing may take its time */
    public SegmentLog(Disk disk, LogSettings settings, Path directory, Executor background) throws IOException {
        this.disk = disk;
        this.settings = settings;
        this.directory = directory;
        this.background = background;
        this.dead = new DeadSegments(disk, settings.spareSegments(), segments, durability, retained);
        for (Path file : disk.list(directory)) {
            if (Segment.isSegment(file)) {
                segments.put(Segment.number(file), new Segment(disk, settings, directory, Segment.number(file)));
            }
        }
    }

    @Override
    public void replay(Visitor visitor) throws IOException {
        long durable = new Recovery(disk, settings, directory, segments).run((record, location) -> {
            remember(record);
            visitor.record(record, location);
        });
        long end = segments.isEmpty() ? 0 : segments.lastEntry().getValue().end();
        durability.restore(Math.min(durable, end), end);
        directoryChanged = true;
        durability.force();
        for (Segment segment :
                List.copyOf(segments.headMap(Location.segment(end)).values())) {
            if (segment.liveBytes() == 0) {
                dead.add(segment, end);
            }
        }
    }

    private void remember(LogRecord record) {
        highestVersion = Math.max(highestVersion, record.version());
        if (record.kind() == RecordKind.STATE) {
            state = record;
            stagedState = record;
        }
    }

    @Override
    public long stageContent(ByteBuffer blocks) throws IOException {
        int count = blocks.remaining() / BLOCK_BYTES;
        makeRoom(count, count);
        long first = Location.position(active.number(), active.slots() + contentBlocks);
        content.add(blocks);
        contentBlocks += count;
        return Location.of(RecordKind.DATA, first);
    }

    @Override
    public long stage(LogRecord record, long place) throws IOException {
        if (record.kind() == RecordKind.DATA) {
            put(record, Location.index(place));
            return place;
        }
        makeRoom(1, 0);
        long position = Location.position(active.number(), active.entries() + records.position() / Entry.BYTES);
        put(record, 0);
        stagedState = record.kind() == RecordKind.STATE ? record : stagedState;
        return Location.of(record.kind(), position);
    }

    private void put(LogRecord record, int slot) {
        highestVersion = Math.max(highestVersion, record.version());
        new Entry(record, slot, active.attempts()).write(records, active.number());
    }

    /** Makes space in what is staged and in the segment, where one must be begun for that. */
    private void makeRoom(int entries, int slots) throws IOException {
        if (records.remaining() < (entries + EXTRA_ENTRIES) * Entry.BYTES) {
            commit();
        }
        if (active == null || !fits(entries, slots)) {
            commit();
            begin();
        }
        if (records.position() == 0 && active.entries() == 0) {
            put(new LogRecord(RecordKind.STATE, state.block(), highestVersion, 0), entriesBefore);
            mark();
        } else if (records.position() == 0 && durability.durable() > marked) {
            mark();
        }
    }

    private boolean fits(int entries, int slots) {
        int staged = records.position() / Entry.BYTES;
        return active.entries() + staged + entries + EXTRA_ENTRIES <= settings.entries()
                && active.slots() + contentBlocks + slots <= settings.slots();
    }

    private void mark() {
        marked = durability.durable();
        put(LogRecord.of(RecordKind.FORCED, marked, 0), 0);
    }

    /** What was committed before is in full segments from now on. */
    private void begin() throws IOException {
        int before = Location.segment(durability.head());
        forceInTime(before);
        dead.release();
        dead.reuse(Segment.path(directory, before + 1));
        Segment next = new Segment(disk, settings, directory, before + 1);
        segments.put(next.number(), next);
        directoryChanged = true;
        entriesBefore = Location.index(durability.head());
        active = next;
        durability.setHead(next.begin());
        Segment full = segments.get(before);
        if (full != null && full.liveBytes() == 0) {
            dead.add(full, Location.position(next.number(), EXTRA_ENTRIES));
        }
    }

    private void forceInTime(int last) throws IOException {
        int first = Location.segment(durability.durable());
        int unforced = segments.tailMap(first).size();
        if (unforced > settings.maxUnforcedSegments() || last - first > settings.maxUnforcedNumbers()) {
            durability.force();
        } else if (unforced > (eager ? settings.eagerForceSegments() : settings.forceSegments())) {
            forceInBackground();
        }
    }

    @Override
    public void forceEagerly() {
        eager = true;
        forceInBackground();
    }

    private void forceInBackground() {
        if (!durability.isForcing() && durability.durable() < durability.head()) {
            background.execute(this::forceAndWarn);
        }
    }

    private void forceAndWarn() {
        try {
            durability.force();
        } catch (IOException e) {
            LOG.warn("The log in {} could not be flushed", directory, e);
        }
    }

    @Override
    public void commit() throws IOException {
        try {
            if (records.position() > 0) {
                active.append(records.flip(), content);
                durability.setHead(active.end());
                state = stagedState;
            }
        } finally {
            dropStaged();
        }
    }

    @Override
    public void dropStaged() {
        stagedState = state;
        records.clear();
        content.clear();
        contentBlocks = 0;
    }

    @Override
    public void force() throws IOException {
        durability.force();
    }

    private void force(long from, long to) throws IOException {
        boolean changed = directoryChanged;
        directoryChanged = false;
        for (Segment segment : segments.subMap(Location.segment(from), true, Location.segment(to), true)
                .values()) {
            segment.force();
        }
        if (changed) {
            disk.forceDirectory(directory);
        }
    }

    /**
     * Shares what has been committed with a new log in {@code folder}, by links to the segments: these are full from now
     * on, so nobody changes them, and each stays for as long as one log has it. Durable on return; called under the lock
     * of those that append.
     */
    public void linkInto(Path folder, LogRecord first) throws IOException {
        durability.force();
        for (Segment segment : segments.values()) {
            disk.link(segment.path(), folder.resolve(segment.path().getFileName()));
        }
        long end = durability.head();
        CopyEnd.write(disk, settings, folder, Location.segment(end) + 1, first, Location.index(end));
        begin();
        makeRoom(0, 0);
        commit();
    }

    @Override
    public boolean read(long location, ByteBuffer target) throws IOException {
        Segment segment = segments.get(Location.segment(location));
        return segment != null && segment.read(Location.index(location), target);
    }

    @Override
    public boolean readNow(long location, ByteBuffer target) {
        Segment segment = segments.get(Location.segment(location));
        return segment != null && segment.readNow(Location.index(location), target);
    }

    @Override
    public CorruptRecordException damage(long location) {
        return new CorruptRecordException(
                Segment.path(directory, Location.segment(location)),
                settings.indexBytes() + (long) Location.index(location) * BLOCK_BYTES);
    }

    @Override
    public void live(long location) {
        account(location, Location.recordBytes(location));
    }

    @Override
    public void dead(long location) {
        Segment segment = account(location, -Location.recordBytes(location));
        boolean full = segment != null && segment.number() < Location.segment(durability.head());
        if (full && segment.liveBytes() == 0) {
            dead.add(segment, durability.head());
        }
    }

    private Segment account(long location, int bytes) {
        Segment segment = segments.get(Location.segment(location));
        if (segment != null) {
            segment.addLive(bytes);
            liveBytes.addAndGet(bytes);
        }
        return segment;
    }

    @Override
    public long deadBytes() {
        return dead.releasableBytes();
    }

    @Override
    public Optional<LogTail> tail() {
        return Optional.of(new SegmentTail(this, segments, durability, retained));
    }

    @Override
    public void release() {
        dead.release();
    }

    @Override
    public boolean needsCleaning() {
        return true;
    }

    @Override
    public OptionalInt victim() {
        if (segments.size() < MIN_SEGMENTS_TO_CLEAN || liveBytes.get() * 2 >= bytes() - dead.bytes()) {
            return OptionalInt.empty();
        }
        return segments.values().stream()
                .filter(segment -> segment != active && !segment.isKept())
                .filter(segment -> segment.liveBytes() > 0 && segment.liveBytes() * 2L < segment.bytes())
                .min((a, b) -> Integer.compare(a.liveBytes(), b.liveBytes()))
                .map(segment -> OptionalInt.of(segment.number()))
                .orElse(OptionalInt.empty());
    }

    @Override
    public void visit(int number, Visitor visitor) throws IOException {
        Segment segment = segments.get(number);
        if (segment != null) {
            visit(number, 0, segment.entries(), visitor);
        }
    }

    /** Passes those records of a segment on that stand between two places, as far as they are there. */
    void visit(int number, int from, int to, Visitor visitor) throws IOException {
        Segment segment = segments.get(number);
        ByteBuffer index = ByteBuffer.allocate(settings.indexBytes());
        boolean there = segment != null && segment.readIndex(index);
        List<Entry> entries = there ? Entry.readAll(index, number) : List.of();
        for (int i = from; i < Math.min(entries.size(), to); i++) {
            visitor.record(entries.get(i).record(), entries.get(i).location(number, i));
        }
    }

    @Override
    public void keep(int number) {
        Segment segment = segments.get(number);
        if (segment != null && segment.liveBytes() > 0) {
            segment.keep();
            LOG.warn("Segment {} holds live records that are damaged: it is kept as it is", segment.path());
        }
    }

    @Override
    public long bytes() {
        return segments.values().stream().mapToLong(Segment::bytes).sum();
    }

    @Override
    public long liveBytes() {
        return liveBytes.get();
    }

    @Override
    public void close() {
        durability.await();
        try {
            dead.close();
            for (Segment segment : segments.values()) {
                segment.close();
            }
        } catch (IOException e) {
            LOG.warn("The log in {} could not be closed", directory, e);
        }
    }
}
