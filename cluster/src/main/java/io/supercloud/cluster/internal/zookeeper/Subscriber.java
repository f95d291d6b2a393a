package io.supercloud.cluster.internal.zookeeper;

import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a task on a virtual thread of its own once, and again after each {@link #wake}; wakes that come close together
 * count as one. A task that finds the registry away runs again a moment later.
 */
public final class Subscriber implements Registry.Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);
    private static final long RETRY_MILLIS = 500;

    private final String name;
    private final Runnable task;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private boolean due = true;
    private boolean retry;
    private boolean running;
    private boolean closed;

    public Subscriber(String name, Runnable task) {
        this.name = name;
        this.task = task;
        this.thread = Thread.ofVirtual().name("subscription-" + name).unstarted(this::loop);
    }

    public void start() {
        thread.start();
    }

    public void wake() {
        lock.lock();
        try {
            due = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void loop() {
        while (awaitDue()) {
            boolean again = false;
            try {
                task.run();
            } catch (RegistryException.Unavailable e) {
                again = true;
                LOG.debug("the subscription to {} waits for the registry", name, e);
            } catch (RuntimeException e) {
                LOG.error("a listener to {} failed; it is called again at the next change", name, e);
            } finally {
                finished(again);
            }
        }
    }

    private boolean awaitDue() {
        lock.lock();
        try {
            long leftNanos = TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS);
            while (!due && !closed && leftNanos > 0) {
                if (retry) {
                    leftNanos = changed.awaitNanos(leftNanos);
                } else {
                    changed.await();
                }
            }
            due = false;
            retry = false;
            running = !closed;
            return running;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void finished(boolean again) {
        lock.lock();
        try {
            running = false;
            retry = again;
            changed.signalAll();
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
