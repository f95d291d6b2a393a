package io.supercloud.image.internal.volume;

import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the space of overwritten blocks back: copies what is live in the deadest segment to the head of the log, forces
 * it, and deletes the segment. A crash in between leaves records twice, which is harmless.
 */
final class LogCleaner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogCleaner.class);
    /** One segment at most in this time bounds the rate to 80 MiB/s. */
    private static final long PAUSE_MILLIS = 100;

    private final String volume;
    private final LocalBlocks blocks;
    private final Thread thread;
    private volatile boolean closed;

    LogCleaner(String volume, LocalBlocks blocks) {
        this.volume = volume;
        this.blocks = blocks;
        this.thread = Thread.ofVirtual().name("cleaner-" + volume).unstarted(this::run);
    }

    void start() {
        if (blocks.log().needsCleaning()) {
            thread.start();
        }
    }

    private void run() {
        while (!closed) {
            try {
                cleanOnce();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
            } catch (IOException e) {
                LOG.warn("Cleaning of volume {} stopped until it is opened again", volume, e);
                return;
            }
        }
    }

    /** Cleans one segment where one is worth it. */
    boolean cleanOnce() throws IOException {
        OptionalInt victim = blocks.victim();
        if (victim.isEmpty()) {
            return false;
        }
        blocks.log().visit(victim.getAsInt(), (header, location, data) -> {
            if (header.kind() != RecordKind.STATE && blocks.map().location(header.block()) == location) {
                blocks.change(() -> {
                    if (blocks.map().location(header.block()) == location) {
                        blocks.stage(header.kind(), header.block(), header.version(), data);
                    }
                });
            }
        });
        blocks.change(blocks::stageState);
        blocks.log().force();
        blocks.change(() -> blocks.log().remove(victim.getAsInt()));
        return true;
    }

    /** Waits until the cleaner is out of the log. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
