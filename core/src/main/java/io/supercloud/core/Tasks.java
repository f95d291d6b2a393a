package io.supercloud.core;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Time and concurrency, as a port: code that takes both from here alone also runs under a simulator's clock, one task at a
 * time. Each task has a thread of its own and may block. {@link VirtualThreadTasks} is the real one.
 *
 * <p>What waits without a limit (a lock, the join of a future) needs nothing of this port. What waits with one does:
 * {@link #sleep} and {@link Mutex#awaitNanos}. As an {@link Executor} it starts tasks without a name.
 */
public interface Tasks extends Executor {
    /** As {@link System#nanoTime}. */
    long nanoTime();

    /** Blocks the calling task for about this long. Ends early where its thread is interrupted. */
    void sleep(Duration duration);

    /** Begins a task and returns. */
    void start(String name, Runnable task);

    Mutex newMutex();

    /** For about this long, what the runtime does beside the tasks (it compiles) comes after all else on this machine. */
    default void giveWay(Duration duration) {}

    @Override
    default void execute(Runnable task) {
        start("task", task);
    }

    /** A reentrant lock with one condition. */
    interface Mutex {
        void lock();

        void unlock();

        /**
         * Lets go of the lock, which the caller holds, until {@link #signalAll}, for at most {@code nanos}, or for no reason;
         * has it again on return.
         *
         * @return what is left of {@code nanos}; not positive where the time is over
         */
        long awaitNanos(long nanos) throws InterruptedException;

        /** Wakes all who wait; to be called with the lock held. */
        void signalAll();
    }
}
