package io.supercloud.migration;

import io.supercloud.migration.Convergence.Measure;
import io.supercloud.migration.hypervisor.VirtualMachine.StreamProgress;
import java.time.Duration;

/**
 * The pre-copy of a guest that writes in bursts, half of the time, and a hypervisor that stops it as QEMU does: at the end of a
 * round, when what has changed meanwhile goes over within the downtime limit.
 *
 * @param linkBytesPerSecond that the stream takes
 * @param burstBytesPerSecond that the guest changes while it writes
 * @param periodSeconds from burst to burst
 * @param phase of the first one, 0 to 1
 */
record BurstyStream(long linkBytesPerSecond, long burstBytesPerSecond, double periodSeconds, double phase) {
    private static final long MEMORY = 256L << 20;
    private static final double TICK_SECONDS = 0.001;
    private static final int TICKS_PER_SAMPLE = 200;
    private static final int MOST_TICKS = 120_000;

    record End(double seconds, double stopMillis) {}

    End run(MoveManner manner, Duration patience) {
        Convergence convergence = new Convergence(manner, patience);
        double limitMillis = convergence.downtimeMillis();
        double left = MEMORY;
        double changed = 0;
        double sent = 0;
        long round = 1;
        for (int tick = 1; tick < MOST_TICKS; tick++) {
            double step = Math.min(left, linkBytesPerSecond * TICK_SECONDS);
            left -= step;
            sent += step;
            changed += writing(tick) ? burstBytesPerSecond * TICK_SECONDS : 0;
            if (left <= 0) {
                double stopMillis = 1e3 * changed / linkBytesPerSecond;
                if (stopMillis <= limitMillis) {
                    return new End(tick * TICK_SECONDS, stopMillis);
                }
                left = changed;
                changed = 0;
                round++;
            }
            if (tick % TICKS_PER_SAMPLE == 0) {
                StreamProgress progress =
                        new StreamProgress("active", (long) sent, (long) left, MEMORY, round, 0, 0, 0, 0, 0);
                limitMillis = convergence
                        .after(progress, (long) (tick * TICK_SECONDS * 1e9))
                        .map(BurstyStream::millis)
                        .orElse(limitMillis);
            }
        }
        throw new AssertionError("it never ends: " + this);
    }

    private boolean writing(int tick) {
        return (tick * TICK_SECONDS / periodSeconds + phase) % 1 < 0.5;
    }

    private static Double millis(Measure measure) {
        return switch (measure) {
            case Measure.Settle(long millis) -> (double) millis;
            case Measure.AllowDowntime(long millis) -> (double) millis;
            case Measure other -> throw new AssertionError("not allowed here: " + other);
        };
    }
}
