package io.supercloud.overlay.sdn.internal.services;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes touches on to the listener: at most one a second of those that are equal, in order, on a thread of its own.
 *
 * @param <T> what is touched, and by whom
 */
public final class Notices<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
    private static final long INTERVAL_NANOS = 1_000_000_000L;
    private static final int MAX_WAITING = 256;
    private static final int MAX_REMEMBERED = 4_096;

    private final LongSupplier nanoTime;
    private final Map<T, Long> lastNanos = new HashMap<>();
    private final ThreadPoolExecutor executor;
    private volatile Consumer<T> listener = touch -> {};

    /** @param name of the thread */
    public Notices(String name, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.executor = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofVirtual().name(name).factory(),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    public void listen(Consumer<T> next) {
        listener = next;
    }

    /** Never blocks. A notice for which there is no room is left out; the client's next packet brings another. */
    public synchronized void touched(T touch) {
        long now = nanoTime.getAsLong();
        if (lastNanos.size() >= MAX_REMEMBERED) {
            lastNanos.values().removeIf(last -> now - last >= INTERVAL_NANOS);
        }
        Long last = lastNanos.get(touch);
        boolean tooSoon = last != null && now - last < INTERVAL_NANOS;
        boolean noRoom = last == null && lastNanos.size() >= MAX_REMEMBERED;
        if (tooSoon || noRoom) {
            return;
        }
        lastNanos.put(touch, now);
        executor.execute(() -> tell(touch));
    }

    private void tell(T touch) {
        try {
            listener.accept(touch);
        } catch (RuntimeException failure) {
            LOG.warn("The listener failed on {}", touch, failure);
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
