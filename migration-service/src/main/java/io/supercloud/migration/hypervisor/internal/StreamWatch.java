package io.supercloud.migration.hypervisor.internal;

import io.supercloud.migration.MigrationException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Follows the phases of a memory stream by QEMU's MIGRATION events, so that no phase is seen late by polling. Events may be
 * missed only before this process was there: QEMU is asked where none has come yet, and before a wait ends in vain. Else a
 * stopped guest would wait for the answers.
 */
final class StreamWatch {
    private static final String UNTOLD = "none";

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private String phase = UNTOLD;

    void happened(QmpMessage.Happened event) {
        if (event.event().equals("MIGRATION")) {
            set(event.data().path("status").asString(UNTOLD));
        }
    }

    void reset() {
        set(UNTOLD);
    }

    private void set(String next) {
        lock.lock();
        try {
            phase = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the phase was reached in time; throws where the stream failed or was cancelled instead. */
    boolean await(Duration limit, Predicate<String> wanted, Supplier<String> trueState) {
        return await(limit, wanted, trueState, false);
    }

    boolean await(Duration limit, Predicate<String> wanted, Supplier<String> trueState, boolean anyEnd) {
        if (untold()) {
            begin(trueState.get());
        }
        long left = limit.toNanos();
        lock.lock();
        try {
            while (left > 0) {
                if (reached(phase, wanted, anyEnd)) {
                    return true;
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationException("interrupted while a memory stream ran", e);
        } finally {
            lock.unlock();
        }
        return reached(trueState.get(), wanted, anyEnd);
    }

    private boolean untold() {
        lock.lock();
        try {
            return phase.equals(UNTOLD);
        } finally {
            lock.unlock();
        }
    }

    /** An event that has come meanwhile is newer. */
    private void begin(String state) {
        lock.lock();
        try {
            if (phase.equals(UNTOLD)) {
                phase = state;
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean reached(String phase, Predicate<String> wanted, boolean anyEnd) {
        if (wanted.test(phase)) {
            return true;
        }
        boolean ended = phase.equals("failed") || phase.equals("cancelled") || phase.equals("completed");
        if (ended && !anyEnd) {
            throw new MigrationException("the memory stream ended as '%s'".formatted(phase));
        }
        return ended && anyEnd;
    }
}
