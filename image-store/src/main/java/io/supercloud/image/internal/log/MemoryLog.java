package io.supercloud.image.internal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BooleanSupplier;

/** The log in memory, for simulations: as durable as this object. {@link #close} keeps the records. */
public final class MemoryLog implements BlockLog {
    @SuppressWarnings("ArrayRecordComponent")
    private record Kept(RecordHeader header, byte[] data) {}

    private final ConcurrentSkipListMap<Long, Kept> records = new ConcurrentSkipListMap<>();
    private final Map<Long, Kept> staged = new TreeMap<>();
    private final BooleanSupplier full;
    private long last;

    /** @param full whether the disk takes no more records now */
    public MemoryLog(BooleanSupplier full) {
        this.full = full;
    }

    @Override
    public void replay(Visitor visitor) throws IOException {
        for (Map.Entry<Long, Kept> entry : records.entrySet()) {
            Kept kept = entry.getValue();
            RecordKind kind = kept.header().kind();
            visitor.record(
                    kept.header(),
                    Location.of(kind, entry.getKey()),
                    kind == RecordKind.DATA ? ByteBuffer.wrap(kept.data()) : null);
        }
    }

    @Override
    public long append(RecordKind kind, long block, long version, ByteBuffer data) throws IOException {
        if (full.getAsBoolean()) {
            throw new IOException("No space left on device");
        }
        byte[] content = new byte[data == null ? 0 : BLOCK_BYTES];
        if (data != null) {
            data.get(content);
        }
        last++;
        staged.put(last, new Kept(new RecordHeader(kind, block, version, content.length, 0, 0), content));
        return Location.of(kind, last);
    }

    /** A new log that shares the records that are here now; called under the lock of those that append. */
    public MemoryLog copy(long state, long version) {
        MemoryLog copy = new MemoryLog(full);
        copy.records.putAll(records);
        copy.last = last + 1;
        copy.records.put(copy.last, new Kept(new RecordHeader(RecordKind.STATE, state, version, 0, 0, 0), new byte[0]));
        return copy;
    }

    @Override
    public void commit() {
        records.putAll(staged);
        staged.clear();
    }

    @Override
    public void dropStaged() {
        staged.clear();
    }

    @Override
    public void force() {}

    @Override
    public boolean read(long location, int count, Reader reader) {
        for (long at = Location.position(location); at < Location.position(location) + count; at++) {
            Kept kept = records.get(at);
            if (kept == null) {
                return false;
            }
            reader.record(kept.header(), ByteBuffer.wrap(kept.data()));
        }
        return true;
    }

    @Override
    public long following(long location) {
        return location + 1;
    }

    @Override
    public void live(long location) {}

    @Override
    public void dead(long location) {
        records.remove(Location.position(location));
    }

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
    public void remove(int segment) {}

    @Override
    public long bytes() {
        return liveBytes();
    }

    @Override
    public long liveBytes() {
        return records.values().stream()
                .mapToLong(kept -> kept.header().recordBytes())
                .sum();
    }

    @Override
    public void close() {}
}
