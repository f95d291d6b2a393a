package io.supercloud.benchmarks;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions, each with a bound. */
final class Waiting {
    private static final long POLL_NANOS = 20_000_000;

    private Waiting() {}

    /** @param what a clause that should become true, for the message where it does not */
    static void until(Duration limit, String what, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new BenchmarkException("interrupted while waiting that " + what);
            }
            if (System.nanoTime() > end) {
                throw new BenchmarkException(
                        "it did not become true within %d s that %s".formatted(limit.toSeconds(), what));
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Lets the guests go on for a while before the next measurement. */
    static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }
}
