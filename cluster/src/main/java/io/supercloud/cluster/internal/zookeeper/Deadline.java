package io.supercloud.cluster.internal.zookeeper;

import java.util.concurrent.TimeUnit;

/** The moment by which an operation must have its answer, by {@link System#nanoTime}. */
public record Deadline(long nanos) {
    public static Deadline inMillis(long millis) {
        return new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** What is left, at least 1. */
    public long leftMillis() {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime()));
    }

    public boolean hasPassed() {
        return System.nanoTime() - nanos >= 0;
    }
}
