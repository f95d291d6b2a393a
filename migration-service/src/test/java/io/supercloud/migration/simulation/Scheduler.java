package io.supercloud.migration.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/**
 * Runs all tasks of a simulation on the calling thread, one at a time, in an order that its seed decides, under a clock that
 * stands still while anything can run. Tasks are virtual threads whose scheduler this is: wherever one blocks, on a lock as
 * well as on a port, the next one goes on.
 */
final class Scheduler {
    private static final int PRIME = 31;

    private final SplittableRandom random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private final List<Ready> ready = new ArrayList<>();
    private final Queue<Ready> arrived = new ConcurrentLinkedQueue<>();
    private long nowNanos;
    private long lastNumber;
    private long hash;

    private record Event(long at, long number, Runnable action) {}

    private record Ready(SimulatedProcess process, Runnable continuation) {}

    Scheduler(long seed) {
        this.random = new SplittableRandom(seed);
    }

    long nowNanos() {
        return nowNanos;
    }

    SplittableRandom random() {
        return random;
    }

    /** Differs, but for chance, where two runs took another way. */
    long hash() {
        return hash;
    }

    /** A number of nanoseconds below {@code bound}. */
    long upTo(long boundNanos) {
        return random.nextLong(boundNanos);
    }

    /** Runs {@code action} on the scheduler's own thread; it must not block. */
    void after(long nanos, Runnable action) {
        events.add(new Event(nowNanos + Math.max(0, nanos), ++lastNumber, action));
    }

    /** Called by any thread: the JDK's own wakes who gets a monitor. */
    void ready(SimulatedProcess process, Runnable continuation) {
        arrived.add(new Ready(process, continuation));
    }

    private boolean nobodyIsReady() {
        for (Ready next = arrived.poll(); next != null; next = arrived.poll()) {
            ready.add(next);
        }
        return ready.isEmpty();
    }

    /** Goes on until {@code done}, which is asked after each step; false where the clock came to {@code end} first. */
    boolean run(BooleanSupplier done, long endNanos) {
        while (!done.getAsBoolean()) {
            if (nobodyIsReady()) {
                Event next = events.poll();
                if (next == null || next.at() > endNanos) {
                    return false;
                }
                nowNanos = next.at();
                next.action().run();
            } else {
                step();
            }
        }
        return true;
    }

    private void step() {
        int index = ready.size() == 1 ? 0 : random.nextInt(ready.size());
        Ready next = ready.get(index);
        ready.set(index, ready.getLast());
        ready.removeLast();
        hash = (hash * PRIME + nowNanos) * PRIME + next.process().number();
        next.process().run(next.continuation());
    }
}
