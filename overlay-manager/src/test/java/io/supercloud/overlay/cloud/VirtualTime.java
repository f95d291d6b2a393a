package io.supercloud.overlay.cloud;

import io.supercloud.core.Tasks;
import io.supercloud.core.VirtualThreadTasks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until somebody sleeps. */
public final class VirtualTime implements Tasks, InstantSource {
    private final Tasks real = new VirtualThreadTasks();
    private final Instant start;
    private long nanos;

    public VirtualTime(Instant start) {
        this.start = start;
    }

    @Override
    public synchronized Instant instant() {
        return start.plusNanos(nanos);
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized void sleep(Duration duration) {
        nanos += duration.toNanos();
    }

    @Override
    public void start(String name, Runnable task) {
        real.start(name, task);
    }

    @Override
    public Mutex newMutex() {
        return real.newMutex();
    }
}
