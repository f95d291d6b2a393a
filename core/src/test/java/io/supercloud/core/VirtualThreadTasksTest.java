package io.supercloud.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class VirtualThreadTasksTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Tasks tasks = new VirtualThreadTasks();

    @Test
    void aSleepLastsAsLongAsItIsTold() {
        long begin = tasks.nanoTime();
        tasks.sleep(SHORT);
        assertThat(tasks.nanoTime() - begin).isGreaterThanOrEqualTo(SHORT.toNanos());
    }

    @Test
    void aTaskRunsOnAVirtualThreadOfItsName() {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        tasks.start("a name", () -> ran.complete(Thread.currentThread()));
        assertThat(ran.join().isVirtual()).isTrue();
        assertThat(ran.join().getName()).isEqualTo("a name");
    }

    @Test
    void aWaitEndsWithItsTime() throws InterruptedException {
        Tasks.Mutex mutex = tasks.newMutex();
        mutex.lock();
        try {
            long left = SHORT.toNanos();
            while (left > 0) {
                left = mutex.awaitNanos(left);
            }
            assertThat(left).isNotPositive();
        } finally {
            mutex.unlock();
        }
    }

    @Test
    void aWaitEndsWithASignal() throws InterruptedException {
        Tasks.Mutex mutex = tasks.newMutex();
        AtomicBoolean said = new AtomicBoolean();
        mutex.lock();
        try {
            tasks.start("speaker", () -> {
                mutex.lock();
                try {
                    said.set(true);
                    mutex.signalAll();
                } finally {
                    mutex.unlock();
                }
            });
            long left = LONG_NANOS;
            while (!said.get() && left > 0) {
                left = mutex.awaitNanos(left);
            }
        } finally {
            mutex.unlock();
        }
        assertThat(said).isTrue();
    }
}
