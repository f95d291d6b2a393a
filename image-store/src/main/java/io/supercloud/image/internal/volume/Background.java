package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** Does a little again and again on a thread of its own, until it is closed. */
final class Background implements AutoCloseable {
    private final Tasks tasks;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Thread thread;
    private volatile boolean closed;

    Background(Tasks tasks) {
        this.tasks = tasks;
    }

    /** @param step does a little, and tells how long to pause then; what it throws ends the thread */
    void start(String name, Supplier<Duration> step) {
        tasks.start(name, () -> run(step));
    }

    private void run(Supplier<Duration> step) {
        thread = Thread.currentThread();
        try {
            while (!closed) {
                tasks.sleep(step.get());
            }
        } finally {
            ended.countDown();
        }
    }

    /** Whether it is to end: whatever a step waits for may fail then. */
    boolean closed() {
        return closed;
    }

    /** Interrupts the step that is being done and waits until it has ended. */
    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
