package io.supercloud.image.internal.log;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much of a log is durable. Places are those of {@link Location#position(int, int)}. One thread at a time forces, and
 * takes along what others wait for.
 */
final class Durability {
    /** What is to be forced between two places. */
    @FunctionalInterface
    interface Files {
        void force(long from, long to) throws IOException;
    }

    private final Files files;
    private final ReentrantLock forcing = new ReentrantLock();
    private volatile long head;
    private volatile long durable;
    /** What is forced just now, or is durable. */
    private long promised;

    private IOException failure;

    Durability(Files files) {
        this.files = files;
    }

    /** Where the log ends: all before it is written. */
    long head() {
        return head;
    }

    void setHead(long end) {
        head = end;
    }

    /** Everything before this place survives a loss of power. */
    long durable() {
        return durable;
    }

    /** After recovery: what was written before is durable up to {@code place}, and written up to {@code end}. */
    void restore(long place, long end) {
        durable = place;
        promised = place;
        head = end;
    }

    /** Whether what begins at {@code place} was never said to be durable, nor is about to be. */
    synchronized boolean isUnpromised(long place) {
        return place >= promised;
    }

    private synchronized long promise() {
        promised = head;
        return promised;
    }

    /**
     * Returns when all that is written is durable. A failure is final: the kernel forgets what it could not write, so no
     * later success says anything.
     */
    void force() throws IOException {
        long wanted = head;
        if (durable >= wanted) {
            return;
        }
        forcing.lock();
        try {
            if (durable >= wanted) {
                return;
            }
            if (failure != null) {
                throw new IOException("an earlier flush failed: %s".formatted(failure.getMessage()), failure);
            }
            long end = promise();
            files.force(durable, end);
            durable = end;
        } catch (IOException e) {
            failure = failure == null ? e : failure;
            throw e;
        } finally {
            forcing.unlock();
        }
    }

    boolean isForcing() {
        return forcing.isLocked();
    }

    /** Waits until nobody forces. */
    void await() {
        forcing.lock();
        forcing.unlock();
    }
}
