package io.supercloud.image.internal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentSkipListMap;

/** The log in memory, for simulations: as durable as this object. {@link #close} keeps the records. */
public final class MemoryLog implements BlockLog {
    @SuppressWarnings("ArrayRecordComponent")
    private record Kept(RecordHeader header, byte[] data) {}

    private final ConcurrentSkipListMap<Long, Kept> records = new ConcurrentSkipListMap<>();
    private long last;

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
    public long append(RecordKind kind, long block, long version, ByteBuffer data) {
        byte[] content = new byte[data == null ? 0 : BLOCK_BYTES];
        if (data != null) {
            data.get(content);
        }
        last++;
        records.put(last, new Kept(new RecordHeader(kind, block, version, content.length, 0, 0), content));
        return Location.of(kind, last);
    }

    /** A new log that shares the records that are here now; called under the lock of those that append. */
    public MemoryLog copy(long state, long version) {
        MemoryLog copy = new MemoryLog();
        copy.records.putAll(records);
        copy.last = last;
        copy.append(RecordKind.STATE, state, version, null);
        return copy;
    }

    @Override
    public void commit() {}

    @Override
    public void dropStaged() {}

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
