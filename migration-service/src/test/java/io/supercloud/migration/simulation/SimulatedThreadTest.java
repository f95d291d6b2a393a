package io.supercloud.migration.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SimulatedThreadTest {
    private final Queue<Runnable> turns = new ArrayDeque<>();

    private void nextTurn() {
        turns.remove().run();
    }

    @Test
    void aTurnEndsWhereTheThreadParksAndTheNextOneGoesOnFromThere() {
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Thread> me = new AtomicReference<>();
        new SimulatedThread(
                        "one",
                        () -> {
                            me.set(Thread.currentThread());
                            LockSupport.park();
                            over.set(true);
                        },
                        turns::add)
                .start();
        nextTurn();
        assertThat(over).isFalse();
        assertThat(turns).isEmpty();

        LockSupport.unpark(me.get());
        nextTurn();
        assertThat(over).isTrue();
    }

    @Test
    void whoWaitsForAMonitorThatIsHeldOutsideOfTheSimulationGetsItInTheSameTurn() throws Exception {
        Object monitor = new Object();
        CountDownLatch held = new CountDownLatch(1);
        AtomicReference<Thread> waiting = new AtomicReference<>();
        AtomicBoolean entered = new AtomicBoolean();
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> {
            synchronized (monitor) {
                held.countDown();
                while (waiting.get() == null || waiting.get().getState() != Thread.State.BLOCKED) {
                    Thread.onSpinWait();
                }
            }
        });
        held.await();
        new SimulatedThread(
                        "two",
                        () -> {
                            waiting.set(Thread.currentThread());
                            synchronized (monitor) {
                                entered.set(true);
                            }
                        },
                        turns::add)
                .start();
        nextTurn();

        assertThat(entered).isTrue();
        assertThat(turns).isEmpty();
        other.join();
    }
}
