package io.supercloud.migration.simulation;

import io.supercloud.core.Tasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A process of a simulated machine. Killed, none of its tasks goes on any more, from whatever line they were at: no finally
 * block runs, no lock is let go of. Stopped, all of them stand still until it is continued.
 */
final class SimulatedProcess implements Tasks, Executor {
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(400);

    private final Scheduler scheduler;
    private final String name;
    private final int number;
    private final Consumer<String> violated;
    private final List<Runnable> held = new ArrayList<>();
    private final List<Runnable> atEnd = new ArrayList<>();
    private boolean dead;
    private boolean stopped;

    /** @param violated is told when a task ends by an exception that nobody has caught */
    SimulatedProcess(Scheduler scheduler, String name, int number, Consumer<String> violated) {
        this.scheduler = scheduler;
        this.name = name;
        this.number = number;
        this.violated = violated;
    }

    int number() {
        return number;
    }

    String name() {
        return name;
    }

    boolean alive() {
        return !dead;
    }

    boolean responds() {
        return !dead && !stopped;
    }

    void kill() {
        if (!dead) {
            dead = true;
            held.clear();
            List.copyOf(atEnd).forEach(Runnable::run);
        }
    }

    /** Runs when the process is killed; at once where it was. */
    void atEnd(Runnable action) {
        if (dead) {
            action.run();
        } else {
            atEnd.add(action);
        }
    }

    void stop() {
        stopped = true;
    }

    void goOn() {
        stopped = false;
        List<Runnable> waiting = List.copyOf(held);
        held.clear();
        waiting.forEach(this::unblocked);
    }

    private void unblocked(Runnable continuation) {
        if (!dead) {
            scheduler.ready(this, continuation);
        }
    }

    void run(Runnable continuation) {
        if (dead) {
            return;
        }
        if (stopped) {
            held.add(continuation);
        } else {
            continuation.run();
        }
    }

    @Override
    public long nanoTime() {
        return scheduler.nowNanos();
    }

    @Override
    public void sleep(Duration duration) {
        sleepNanos(duration.toNanos());
    }

    void sleepNanos(long nanos) {
        Thread sleeper = Thread.currentThread();
        boolean[] over = {false};
        scheduler.after(nanos, () -> {
            over[0] = true;
            LockSupport.unpark(sleeper);
        });
        while (!over[0]) {
            LockSupport.park();
        }
    }

    /** What each use of a port costs: a little time, in which everybody else may go on. */
    void pause() {
        sleepNanos(scheduler.upTo(PAUSE_NANOS));
    }

    @Override
    public void start(String task, Runnable work) {
        if (!dead) {
            new SimulatedThread(task, () -> guarded(task, work), this::unblocked).start();
        }
    }

    private void guarded(String task, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            StackTraceElement at = e.getStackTrace().length == 0 ? null : e.getStackTrace()[0];
            violated.accept("task '%s' of %s ended by %s at %s".formatted(task, name, e, at));
        }
    }

    @Override
    public Mutex newMutex() {
        return new SimulatedMutex();
    }

    private final class SimulatedMutex implements Mutex {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();

        @Override
        public void lock() {
            lock.lock();
        }

        @Override
        public void unlock() {
            lock.unlock();
        }

        @Override
        @SuppressWarnings("WaitNotInLoop")
        public long awaitNanos(long nanos) {
            long end = scheduler.nowNanos() + nanos;
            scheduler.after(nanos, () -> start("alarm", this::wake));
            changed.awaitUninterruptibly();
            return end - scheduler.nowNanos();
        }

        private void wake() {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void signalAll() {
            changed.signalAll();
        }
    }
}
