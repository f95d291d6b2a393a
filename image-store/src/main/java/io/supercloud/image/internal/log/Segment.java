package io.supercloud.image.internal.log;

import io.supercloud.image.internal.disk.Disk;
import io.supercloud.image.internal.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** One segment file. Its lock lets reads finish before the file is closed. One thread at a time writes. */
final class Segment {
    private static final String SUFFIX = ".segment";
    private static final int NUMBER_DIGITS = 10;

    private final int number;
    private final int indexBytes;
    private final DiskFile file;
    private final ReentrantReadWriteLock usage = new ReentrantReadWriteLock();
    private boolean gone;
    private volatile int entries;
    private volatile int slots;
    private int attempts;
    private int liveBytes;
    private boolean kept;

    Segment(Disk disk, LogSettings settings, Path directory, int number) throws IOException {
        this.number = number;
        this.indexBytes = settings.indexBytes();
        this.file = disk.open(path(directory, number));
    }

    static Path path(Path directory, int number) {
        return directory.resolve("%010d%s".formatted(number, SUFFIX));
    }

    static boolean isSegment(Path path) {
        return path.getFileName().toString().matches("[0-9]{%d}\\%s".formatted(NUMBER_DIGITS, SUFFIX));
    }

    static int number(Path path) {
        return Integer.parseInt(path.getFileName().toString().substring(0, NUMBER_DIGITS));
    }

    int number() {
        return number;
    }

    Path path() {
        return file.path();
    }

    int entries() {
        return entries;
    }

    int slots() {
        return slots;
    }

    /** The place of the first record. */
    long begin() {
        return Location.position(number, 0);
    }

    /** The place behind the last record. */
    long end() {
        return Location.position(number, entries);
    }

    long bytes() {
        return (long) entries * Entry.BYTES + (long) slots * BlockLog.BLOCK_BYTES;
    }

    int liveBytes() {
        return liveBytes;
    }

    void addLive(int bytes) {
        liveBytes += bytes;
    }

    boolean isKept() {
        return kept;
    }

    void keep() {
        kept = true;
    }

    long contentOffset(int slot) {
        return indexBytes + (long) slot * BlockLog.BLOCK_BYTES;
    }

    /** How many times it was written to. */
    int attempts() {
        return attempts;
    }

    /** Takes what was found in the file. */
    void restore(int foundEntries, int foundSlots) {
        entries = foundEntries;
        slots = foundSlots;
    }

    /** Appends content and then the records that name it; where it throws nothing is appended. */
    void append(ByteBuffer records, List<ByteBuffer> content) throws IOException {
        attempts++;
        int slot = slots;
        for (ByteBuffer blocks : content) {
            int count = blocks.remaining() / BlockLog.BLOCK_BYTES;
            file.write(contentOffset(slot), blocks);
            slot += count;
        }
        int count = records.remaining() / Entry.BYTES;
        file.write((long) entries * Entry.BYTES, records);
        slots = slot;
        entries += count;
    }

    /** Fills {@code target} with the index as it is in the file; false where the segment is gone. */
    boolean readIndex(ByteBuffer target) throws IOException {
        usage.readLock().lock();
        try {
            if (gone) {
                return false;
            }
            target.clear().limit((int) Math.min(indexBytes, file.size()) / Entry.BYTES * Entry.BYTES);
            file.read(0, target);
            target.flip();
            return true;
        } finally {
            usage.readLock().unlock();
        }
    }

    /** Makes the records from {@code entry} on be none, durably. */
    void wipeFrom(int entry) throws IOException {
        file.write((long) entry * Entry.BYTES, ByteBuffer.allocate(indexBytes - entry * Entry.BYTES));
        file.force();
    }

    /** Reads content; false where the segment is gone. */
    boolean read(int slot, ByteBuffer target) throws IOException {
        usage.readLock().lock();
        try {
            if (!gone) {
                file.read(contentOffset(slot), target);
            }
            return !gone;
        } finally {
            usage.readLock().unlock();
        }
    }

    boolean readNow(int slot, ByteBuffer target) {
        usage.readLock().lock();
        try {
            return !gone && file.readNow(contentOffset(slot), target);
        } finally {
            usage.readLock().unlock();
        }
    }

    /** Makes what was written durable; nothing happens where the segment is gone. */
    void force() throws IOException {
        usage.readLock().lock();
        try {
            if (!gone) {
                file.force();
            }
        } finally {
            usage.readLock().unlock();
        }
    }

    void close() throws IOException {
        usage.writeLock().lock();
        try {
            if (!gone) {
                gone = true;
                file.close();
            }
        } finally {
            usage.writeLock().unlock();
        }
    }
}
