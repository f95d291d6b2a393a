package io.supercloud.image.internal.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

/** A file while it is open. It is closed when it is retired and the last user has let go of it. */
final class OpenFile {
    private static final int RETIRED = 1 << 30;

    private final FileChannel channel;
    private final CachedReads cached;
    /** How many use it, with {@link #RETIRED} where no more may. */
    private final AtomicInteger users = new AtomicInteger();

    private volatile boolean used = true;

    /** Opens the file, and creates it where it is not there. */
    OpenFile(Path path) throws IOException {
        this.channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            this.cached = CachedReads.of(path);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    FileChannel channel() {
        return channel;
    }

    CachedReads cached() {
        return cached;
    }

    /** To be called before each use; false where it is retired. */
    boolean enter() {
        int now = users.get();
        while ((now & RETIRED) == 0) {
            if (users.compareAndSet(now, now + 1)) {
                used = true;
                return true;
            }
            now = users.get();
        }
        return false;
    }

    /** To be called after each use. */
    void exit() throws IOException {
        if (users.decrementAndGet() == RETIRED) {
            close();
        }
    }

    /** Lets nobody use it any more. */
    void retire() throws IOException {
        int now = users.get();
        while ((now & RETIRED) == 0) {
            if (users.compareAndSet(now, now | RETIRED)) {
                if (now == 0) {
                    close();
                }
                return;
            }
            now = users.get();
        }
    }

    boolean isRetired() {
        return (users.get() & RETIRED) != 0;
    }

    /** Whether it was used since this was asked last. */
    boolean wasUsed() {
        boolean before = used;
        used = false;
        return before;
    }

    private void close() throws IOException {
        cached.close();
        channel.close();
    }
}
