package io.supercloud.core;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** The machine's clock, and a virtual thread for each task. */
public final class VirtualThreadTasks implements Tasks {
    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void sleep(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        long left = duration.toNanos();
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = end - System.nanoTime();
        }
    }

    @Override
    public void start(String name, Runnable task) {
        Thread.ofVirtual().name(name).start(task);
    }

    @Override
    public void giveWay(Duration duration) {
        CompilerThreads threads = Compilers.OF_THIS_PROCESS;
        threads.stepBack();
        start("compilers come back", () -> {
            sleep(duration);
            threads.comeBack();
        });
    }

    /** Looked for when first asked for. */
    private static final class Compilers {
        static final CompilerThreads OF_THIS_PROCESS = new CompilerThreads();
    }

    @Override
    public Mutex newMutex() {
        return new Lock();
    }

    private static final class Lock implements Mutex {
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
        public long awaitNanos(long nanos) throws InterruptedException {
            return changed.awaitNanos(nanos);
        }

        @Override
        public void signalAll() {
            changed.signalAll();
        }
    }
}
