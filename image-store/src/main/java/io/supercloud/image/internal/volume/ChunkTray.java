package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.internal.journal.JournalRecord;
import io.supercloud.image.internal.journal.PackedChunk;
import io.supercloud.image.internal.journal.VolumeArchive;
import io.supercloud.image.internal.log.LogRecord;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Makes chunks of records and puts each into the object store when it is full. One at a time is made in this process. For one thread. */
final class ChunkTray implements AutoCloseable {
    private static final ReentrantLock MEMORY = new ReentrantLock();
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final VolumeArchive archive;
    private final long bytesPerSecond;
    private final Tasks tasks;
    private final BooleanSupplier keepGoing;
    private final List<JournalRecord.Chunk> put = new ArrayList<>();
    private PackedChunk chunk;

    ChunkTray(VolumeArchive archive, long bytesPerSecond, Tasks tasks, BooleanSupplier keepGoing) {
        this.archive = archive;
        this.bytesPerSecond = bytesPerSecond;
        this.tasks = tasks;
        this.keepGoing = keepGoing;
    }

    /** @param content of a record that has some; not to be changed any more */
    void add(LogRecord record, ByteBuffer content) throws IOException {
        if (chunk == null) {
            MEMORY.lock();
            chunk = new PackedChunk(archive.record().description().serial());
        }
        if (record.kind() == RecordKind.DATA) {
            chunk.add(record, content);
        } else {
            chunk.add(record);
        }
        if (chunk.isFull()) {
            flush();
        }
    }

    /** Puts what there is. */
    void flush() throws IOException {
        if (chunk == null) {
            return;
        }
        requireGoingOn();
        long start = tasks.nanoTime();
        JournalRecord.Chunk done;
        try {
            done = archive.put(chunk);
        } finally {
            close();
        }
        put.add(done);
        pace(start + (long) (VolumeArchive.bytes(done) * (double) TimeUnit.SECONDS.toNanos(1) / bytesPerSecond));
    }

    private void pace(long untilNanos) throws IOException {
        for (long left = untilNanos - tasks.nanoTime(); left > 0; left = untilNanos - tasks.nanoTime()) {
            requireGoingOn();
            tasks.sleep(Duration.ofNanos(Math.min(left, LONGEST_PAUSE_NANOS)));
        }
    }

    private void requireGoingOn() throws IOException {
        if (!keepGoing.getAsBoolean()) {
            throw new IOException("the volume is not open here any more");
        }
    }

    /** The chunks that are in the store. */
    List<JournalRecord.Chunk> put() {
        return put;
    }

    /** Gives up what is not put. */
    @Override
    public void close() {
        if (chunk != null) {
            chunk = null;
            MEMORY.unlock();
        }
    }
}
