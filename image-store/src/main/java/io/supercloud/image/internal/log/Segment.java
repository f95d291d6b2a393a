package io.supercloud.image.internal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** One segment file. Its lock lets reads finish before the file is closed. */
final class Segment {
    static final int MAX_BYTES = 8 * 1024 * 1024;
    private static final String SUFFIX = ".segment";

    private final int number;
    private final LogFile file;
    private final ReentrantReadWriteLock usage = new ReentrantReadWriteLock();
    private boolean gone;
    private volatile int tail;
    private volatile int forced;
    private int liveBytes;
    private boolean damaged;

    Segment(Path directory, int number) throws IOException {
        this.number = number;
        this.file = new LogFile(directory.resolve("%010d%s".formatted(number, SUFFIX)));
        this.tail = file.size();
    }

    static boolean isSegment(Path path) {
        return path.getFileName().toString().matches("[0-9]{10}\\" + SUFFIX);
    }

    static int number(Path path) {
        return Integer.parseInt(path.getFileName().toString().substring(0, 10));
    }

    int number() {
        return number;
    }

    Path path() {
        return file.path();
    }

    int tail() {
        return tail;
    }

    int forced() {
        return forced;
    }

    int liveBytes() {
        return liveBytes;
    }

    void addLive(int bytes) {
        liveBytes += bytes;
    }

    /** Marks a segment as holding a damaged record: it is kept as it is. */
    void setDamaged() {
        damaged = true;
    }

    boolean isDamaged() {
        return damaged;
    }

    /** Writes at the tail; one thread at a time. */
    void append(ByteBuffer records) throws IOException {
        int length = records.remaining();
        int start = tail;
        try {
            file.write(start, records);
        } catch (IOException e) {
            file.truncate(start);
            throw e;
        }
        tail = start + length;
    }

    /** Reads from {@code offset}; false where the segment is gone. */
    boolean read(int offset, ByteBuffer target) throws IOException {
        usage.readLock().lock();
        try {
            if (gone) {
                return false;
            }
            file.read(offset, target);
            return true;
        } finally {
            usage.readLock().unlock();
        }
    }

    void force() throws IOException {
        int written = tail;
        if (forced >= written) {
            return;
        }
        usage.readLock().lock();
        try {
            if (!gone) {
                file.force();
                forced = Math.max(forced, written);
            }
        } finally {
            usage.readLock().unlock();
        }
    }

    void truncate(int length) throws IOException {
        file.truncate(length);
        file.force();
        tail = length;
    }

    void close() throws IOException {
        usage.writeLock().lock();
        try {
            gone = true;
            file.close();
        } finally {
            usage.writeLock().unlock();
        }
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(file.path());
    }
}
