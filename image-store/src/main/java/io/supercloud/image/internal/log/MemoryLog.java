package io.supercloud.image.internal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;

/** The log in memory, for simulations: as durable as this object. {@link #close} keeps the records. */
public final class MemoryLog implements BlockLog {
    @SuppressWarnings("ArrayRecordComponent")
    private record Kept(LogRecord record, byte[] content) {}

    private static final byte[] NOTHING = {};

    private final ConcurrentSkipListMap<Long, Kept> records = new ConcurrentSkipListMap<>();
    private final Map<Long, Kept> staged = new TreeMap<>();
    private final Map<Long, byte[]> stagedContent = new TreeMap<>();
    private final BooleanSupplier full;
    private long last;

    /** @param full whether the disk takes no more records now */
    public MemoryLog(BooleanSupplier full) {
        this.full = full;
    }

    @Override
    public void replay(Visitor visitor) throws IOException {
        for (Map.Entry<Long, Kept> entry : records.entrySet()) {
            LogRecord record = entry.getValue().record();
            visitor.record(record, Location.of(record.kind(), entry.getKey()));
        }
    }

    @Override
    public long stageContent(ByteBuffer blocks) throws IOException {
        requireSpace();
        long first = last + 1;
        while (blocks.hasRemaining()) {
            byte[] content = new byte[BLOCK_BYTES];
            blocks.get(content);
            stagedContent.put(++last, content);
        }
        return Location.of(RecordKind.DATA, first);
    }

    @Override
    public long stage(LogRecord record, long place) throws IOException {
        requireSpace();
        boolean data = record.kind() == RecordKind.DATA;
        long position = data ? Location.position(place) : ++last;
        staged.put(position, new Kept(record, data ? stagedContent.get(position) : NOTHING));
        return Location.of(record.kind(), position);
    }

    private void requireSpace() throws IOException {
        if (full.getAsBoolean()) {
            throw new IOException("No space left on device");
        }
    }

    /** A new log that shares the records that are here now; called under the lock of those that append. */
    public MemoryLog copy(LogRecord state) {
        MemoryLog copy = new MemoryLog(full);
        copy.records.putAll(records);
        copy.last = last + 1;
        copy.records.put(copy.last, new Kept(state, NOTHING));
        return copy;
    }

    @Override
    public void commit() {
        records.putAll(staged);
        dropStaged();
    }

    @Override
    public void dropStaged() {
        staged.clear();
        stagedContent.clear();
    }

    @Override
    public void force() {}

    @Override
    public boolean read(long location, ByteBuffer target) {
        for (long at = Location.position(location); target.hasRemaining(); at++) {
            Kept kept = records.get(at);
            if (kept == null) {
                return false;
            }
            target.put(kept.content());
        }
        return true;
    }

    @Override
    public boolean readNow(long location, ByteBuffer target) {
        return read(location, target);
    }

    @Override
    public CorruptRecordException damage(long location) {
        return new CorruptRecordException(Path.of("memory"), Location.position(location));
    }

    @Override
    public void live(long location) {}

    @Override
    public void dead(long location) {
        records.remove(Location.position(location));
    }

    @Override
    public void forceEagerly() {}

    @Override
    public long deadBytes() {
        return 0;
    }

    @Override
    public void release() {}

    @Override
    public boolean needsCleaning() {
        return false;
    }

    @Override
    public OptionalInt victim() {
        return OptionalInt.empty();
    }

    @Override
    public void visit(int segment, Visitor visitor) {}

    @Override
    public void keep(int segment) {}

    @Override
    public long bytes() {
        return liveBytes();
    }

    @Override
    public long liveBytes() {
        return records.values().stream()
                .mapToLong(kept -> Entry.BYTES + kept.content().length)
                .sum();
    }

    @Override
    public void close() {}
}
