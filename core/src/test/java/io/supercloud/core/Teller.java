package io.supercloud.core;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Runs a task on a virtual thread of its own once, and again after each {@link #wake}; wakes that come close together count as one. */
final class Teller implements Registry.Subscription {
    private static final System.Logger LOG = System.getLogger(Teller.class.getName());

    private final Runnable task;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private boolean due = true;
    private boolean running;
    private boolean closed;

    private Teller(Runnable task) {
        this.task = task;
        this.thread = Thread.ofVirtual().name("in-memory-subscription").unstarted(this::loop);
    }

    static Teller start(Runnable task) {
        Teller teller = new Teller(task);
        teller.thread.start();
        return teller;
    }

    void wake() {
        lock.lock();
        try {
            due = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        while (awaitDue()) {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "a listener failed; it is called again at the next change", e);
            } finally {
                finished();
            }
        }
    }

    private boolean awaitDue() {
        lock.lock();
        try {
            while (!due && !closed) {
                changed.awaitUninterruptibly();
            }
            due = false;
            running = !closed;
            return running;
        } finally {
            lock.unlock();
        }
    }

    private void finished() {
        lock.lock();
        try {
            running = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a call that is under way, unless it is the listener itself that closes. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            while (running && Thread.currentThread() != thread) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }
}
