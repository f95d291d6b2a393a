package io.supercloud.image.internal.log;

import io.supercloud.image.internal.disk.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log in segment files of one directory. A segment is forced before the next one is begun. */
public final class SegmentLog implements BlockLog {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentLog.class);
    private static final int MAX_RECORD_BYTES = RecordHeader.BYTES + BLOCK_BYTES;
    private static final int MIN_SEGMENTS_TO_CLEAN = 4;

    private final Path directory;
    private final ConcurrentSkipListMap<Integer, Segment> segments = new ConcurrentSkipListMap<>();
    private final ScratchBuffers scratch = new ScratchBuffers(MAX_RUN_RECORDS * MAX_RECORD_BYTES);
    private final ByteBuffer staged = ByteBuffer.allocateDirect(MAX_RUN_RECORDS * MAX_RECORD_BYTES);
    private volatile Segment active;
    private final AtomicLong liveBytes = new AtomicLong();

    public SegmentLog(Path directory) throws IOException {
        this.directory = directory;
        for (int number : numbers(directory)) {
            segments.put(number, new Segment(directory, number));
        }
    }

    private static List<Integer> numbers(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Segment::isSegment).map(Segment::number).toList();
        }
    }

    @Override
    public void replay(Visitor visitor) throws IOException {
        if (segments.isEmpty()) {
            begin(1);
            return;
        }
        SegmentScanner scanner = new SegmentScanner();
        int last = segments.lastKey();
        for (Segment segment : segments.values()) {
            if (segment.number() == last) {
                scanner.last(segment, visitor);
            } else {
                scanner.full(segment, visitor);
            }
        }
        active = segments.get(last);
        active.force();
    }

    @Override
    public long append(RecordKind kind, long block, long version, ByteBuffer data) throws IOException {
        int dataBytes = data == null ? 0 : BLOCK_BYTES;
        if (staged.remaining() < RecordHeader.BYTES + dataBytes) {
            commit();
        }
        if (active.tail() + staged.position() + RecordHeader.BYTES + dataBytes > Segment.MAX_BYTES) {
            commit();
            active.force();
            begin(active.number() + 1);
        }
        int checksum = data == null ? 0 : RecordHeader.checksum(data, data.position(), dataBytes);
        int offset = active.tail() + staged.position();
        new RecordHeader(kind, block, version, dataBytes, active.forced(), checksum).write(staged);
        if (data != null) {
            staged.put(data);
        }
        return Location.of(kind, active.number(), offset);
    }

    private void begin(int number) throws IOException {
        Segment segment = new Segment(directory, number);
        DurableFiles.forceDirectory(directory);
        segments.put(number, segment);
        active = segment;
    }

    @Override
    public void commit() throws IOException {
        staged.flip();
        try {
            if (staged.hasRemaining()) {
                active.append(staged);
            }
        } finally {
            staged.clear();
        }
    }

    /**
     * Shares what has been committed with a new log in {@code folder}, by links to the segments: these are full from now
     * on, so nobody changes them, and each stays for as long as one log has it. Durable on return; called under the lock
     * of those that append.
     */
    public void linkInto(Path folder, long state, long version) throws IOException {
        if (active.tail() > 0) {
            active.force();
            begin(active.number() + 1);
        }
        for (Segment segment : segments.headMap(active.number()).values()) {
            Files.createLink(folder.resolve(segment.path().getFileName()), segment.path());
        }
        ByteBuffer record = ByteBuffer.allocate(RecordHeader.BYTES);
        new RecordHeader(RecordKind.STATE, state, version, 0, 0, 0).write(record);
        Segment first = new Segment(folder, active.number());
        try {
            first.append(record.flip());
            first.force();
        } finally {
            first.close();
        }
        DurableFiles.forceDirectory(folder);
    }

    @Override
    public void dropStaged() {
        staged.clear();
    }

    @Override
    public void force() throws IOException {
        active.force();
    }

    @Override
    public boolean read(long location, int count, Reader reader) throws IOException {
        Segment segment = segments.get(Location.segment(location));
        if (segment == null) {
            return false;
        }
        ByteBuffer buffer = scratch.take();
        try {
            buffer.clear().limit(count * Location.recordBytes(location));
            if (!segment.read(Location.offset(location), buffer)) {
                return false;
            }
            buffer.flip();
            for (int at = 0; at < buffer.limit(); ) {
                RecordHeader header = RecordHeader.read(buffer, at);
                if (header == null || !header.dataIsSound(buffer, at)) {
                    throw new CorruptRecordException(segment.path(), Location.offset(location) + at);
                }
                reader.record(header, buffer.slice(at + RecordHeader.BYTES, header.dataBytes()));
                at += header.recordBytes();
            }
            return true;
        } finally {
            scratch.giveBack(buffer);
        }
    }

    @Override
    public long following(long location) {
        return location + MAX_RECORD_BYTES;
    }

    @Override
    public void live(long location) {
        account(location, Location.recordBytes(location));
    }

    @Override
    public void dead(long location) {
        account(location, -Location.recordBytes(location));
    }

    private void account(long location, int bytes) {
        Segment segment = segments.get(Location.segment(location));
        if (segment != null) {
            segment.addLive(bytes);
            liveBytes.addAndGet(bytes);
        }
    }

    @Override
    public boolean needsCleaning() {
        return true;
    }

    @Override
    public OptionalInt victim() {
        if (segments.size() < MIN_SEGMENTS_TO_CLEAN || liveBytes.get() * 2 >= bytes()) {
            return OptionalInt.empty();
        }
        return segments.values().stream()
                .filter(segment -> segment != active && !segment.isDamaged())
                .filter(segment -> segment.liveBytes() * 2 < segment.tail())
                .min((a, b) -> Integer.compare(a.liveBytes(), b.liveBytes()))
                .map(segment -> OptionalInt.of(segment.number()))
                .orElse(OptionalInt.empty());
    }

    @Override
    public void visit(int number, Visitor visitor) throws IOException {
        Segment segment = segments.get(number);
        try {
            new SegmentScanner().full(segment, (header, location, data) -> {
                if (header.isSound(data)) {
                    visitor.record(header, location, data);
                }
            });
        } catch (CorruptRecordException e) {
            LOG.warn("Segment {} can not be cleaned", segment.path(), e);
        }
    }

    @Override
    public void remove(int number) throws IOException {
        Segment segment = segments.get(number);
        if (segment.liveBytes() > 0) {
            segment.setDamaged();
            LOG.warn("Segment {} holds live records that are damaged: it is kept as it is", segment.path());
            return;
        }
        segments.remove(number);
        segment.delete();
    }

    @Override
    public long bytes() {
        return segments.values().stream().mapToLong(Segment::tail).sum();
    }

    @Override
    public long liveBytes() {
        return liveBytes.get();
    }

    @Override
    public void close() {
        for (Segment segment : segments.values()) {
            try {
                segment.close();
            } catch (IOException e) {
                LOG.warn("Segment {} could not be closed", segment.path(), e);
            }
        }
    }
}
