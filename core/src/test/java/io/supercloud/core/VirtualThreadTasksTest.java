package io.supercloud.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

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

    /** proc(5), stat: the seventeenth field behind the name is nice. */
    private static int nice(int thread) {
        try {
            String stat = Files.readString(Path.of("/proc/self/task", String.valueOf(thread), "stat"));
            return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "user.name", matches = "root", disabledReason = "only root may set priorities")
    void compilersGiveWayUntilTheLastWhoAskedIsDone() {
        CompilerThreads threads = new CompilerThreads();
        int compiler = CompilerThreads.found().getFirst();
        threads.stepBack();
        threads.stepBack();
        assertThat(nice(compiler)).isEqualTo(19);
        threads.comeBack();
        assertThat(nice(compiler)).isEqualTo(19);
        threads.comeBack();
        assertThat(nice(compiler)).isZero();
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
