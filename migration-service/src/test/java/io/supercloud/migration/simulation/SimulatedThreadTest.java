package io.supercloud.migration.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SimulatedThreadTest {
    private final BlockingQueue<Runnable> turns = new LinkedBlockingQueue<>();

    private void start(Runnable work) {
        new SimulatedThread("thread", work, turns::add).start();
    }

    private void nextTurn() throws InterruptedException {
        turns.take().run();
    }

    @Test
    void aTurnEndsWhereTheThreadParksAndTheNextOneGoesOnFromThere() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicReference<Thread> me = new AtomicReference<>();
        start(() -> {
            me.set(Thread.currentThread());
            LockSupport.park();
            over.set(true);
        });
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
        start(() -> {
            waiting.set(Thread.currentThread());
            synchronized (monitor) {
                entered.set(true);
            }
        });
        nextTurn();

        assertThat(entered).isTrue();
        assertThat(turns).isEmpty();
        other.join();
    }

    @Test
    void whoWaitsForAMonitorOfAThreadThatHasParkedLetsThatHaveItsTurn() throws Exception {
        Object monitor = new Object();
        AtomicReference<Thread> holding = new AtomicReference<>();
        AtomicBoolean entered = new AtomicBoolean();
        start(() -> {
            synchronized (monitor) {
                holding.set(Thread.currentThread());
                LockSupport.park();
            }
        });
        nextTurn();
        start(() -> {
            synchronized (monitor) {
                entered.set(true);
            }
        });
        nextTurn();
        assertThat(entered).isFalse();

        LockSupport.unpark(holding.get());
        nextTurn();
        nextTurn();
        assertThat(entered).isTrue();
    }
}
