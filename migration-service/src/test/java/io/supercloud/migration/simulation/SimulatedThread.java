package io.supercloud.migration.simulation;

import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A virtual thread that goes on only when it is its turn. A turn ends where the thread parks: on a port, or on a lock of the code
 * under test. Monitors are another thing: simulations run beside each other, and the JDK has some that all of them use. One who
 * waits for such a monitor is next to get it, and keeps everybody else from it when he does not go on, be he killed or the
 * simulation over. So a turn does not end there, unless the monitor stays held: then it is one of the code under test, held by a
 * thread that has parked and needs a turn.
 */
final class SimulatedThread implements Executor {
    private static final long LONGEST_HELD_OUTSIDE_MILLIS = 1_000;
    private static final Method NEW_THREAD = newThread();

    private final Consumer<Runnable> ready;
    private final BlockingQueue<Runnable> sameTurn = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean itsTurn;

    /** @param ready takes each next turn, to be run when its time has come; called by any thread */
    SimulatedThread(String name, Runnable work, Consumer<Runnable> ready) {
        this.ready = ready;
        try {
            this.thread = (Thread) NEW_THREAD.invoke(null, this, name, 0, work);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The JDK's own way to a virtual thread with another scheduler; it is not public. */
    private static Method newThread() {
        try {
            Method method = Class.forName("java.lang.ThreadBuilders")
                    .getDeclaredMethod("newVirtualThread", Executor.class, String.class, int.class, Runnable.class);
            method.setAccessible(true);
            return method;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this JDK makes no virtual threads with a scheduler of ours: run the simulator on JDK 25", e);
        }
    }

    void start() {
        thread.start();
    }

    @Override
    public void execute(Runnable continuation) {
        if (itsTurn) {
            sameTurn.add(continuation);
            if (itsTurn || !sameTurn.remove(continuation)) {
                return;
            }
        }
        ready.accept(() -> turn(continuation));
    }

    private void turn(Runnable begin) {
        itsTurn = true;
        try {
            Runnable next = begin;
            while (next != null) {
                next.run();
                next = goesOn() ? sameTurn.poll(LONGEST_HELD_OUTSIDE_MILLIS, TimeUnit.MILLISECONDS) : null;
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("a simulation was interrupted", e);
        } finally {
            itsTurn = false;
            Optional.ofNullable(sameTurn.poll()).ifPresent(this::execute);
        }
    }

    private boolean goesOn() {
        return switch (thread.getState()) {
            case BLOCKED, RUNNABLE -> true;
            case NEW, WAITING, TIMED_WAITING, TERMINATED -> false;
        };
    }
}
