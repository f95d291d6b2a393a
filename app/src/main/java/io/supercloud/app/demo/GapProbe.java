package io.supercloud.app.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Sends a datagram a millisecond and tells how long no answer came: the downtime as a client sees it. Ends when closed. */
public final class GapProbe implements AutoCloseable {
    /** Shorter gaps are the machine's scheduling. */
    private static final long TOLD_NANOS = 15_000_000;

    private static final long INTERVAL_NANOS = 1_000_000;
    private static final double NANOS_PER_MILLI = 1e6;

    private final DatagramChannel channel;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();

    /** @param from and {@code to} when the last answer before and the first one after the gap came */
    public record Gap(Instant from, Instant to, double millis) {}

    record Report(long sent, long answered) {}

    public GapProbe(InetSocketAddress target) throws IOException {
        channel = DatagramChannel.open();
        channel.connect(target);
    }

    public void start(Consumer<Gap> listener) {
        Thread.ofPlatform().daemon().name("probe out").start(this::sendAll);
        Thread.ofPlatform().daemon().name("probe in").start(() -> receiveAll(listener));
    }

    private void sendAll() {
        ByteBuffer packet = ByteBuffer.allocate(Long.BYTES);
        while (channel.isOpen()) {
            try {
                channel.write(packet.clear().putLong(sent.incrementAndGet()).flip());
            } catch (PortUnreachableException notYet) {
                sent.decrementAndGet();
            } catch (ClosedChannelException ended) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException("the probe cannot send", e);
            }
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
    }

    private void receiveAll(Consumer<Gap> listener) {
        ByteBuffer packet = ByteBuffer.allocate(64);
        long last = 0;
        Instant lastAt = null;
        while (channel.isOpen()) {
            try {
                channel.read(packet.clear());
            } catch (PortUnreachableException notYet) {
                continue;
            } catch (ClosedChannelException ended) {
                return;
            } catch (IOException e) {
                throw new UncheckedIOException("the probe cannot receive", e);
            }
            long now = System.nanoTime();
            Instant at = Instant.now();
            if (lastAt != null) {
                longestNanos.accumulateAndGet(now - last, Math::max);
                if (now - last > TOLD_NANOS) {
                    listener.accept(new Gap(lastAt, at, (now - last) / NANOS_PER_MILLI));
                }
            }
            last = now;
            lastAt = at;
            answered.incrementAndGet();
        }
    }

    /** Waits until so many more answers have come; whether they came in time. */
    public boolean awaitAnswers(int more, Duration limit) {
        long wanted = answered.get() + more;
        long end = System.nanoTime() + limit.toNanos();
        while (answered.get() < wanted && System.nanoTime() < end) {
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
        return answered.get() >= wanted;
    }

    /** The longest time between two answers, in milliseconds, since this was asked last. */
    public double takeLongestMillis() {
        return longestNanos.getAndSet(0) / NANOS_PER_MILLI;
    }

    Report report() {
        return new Report(sent.get(), answered.get());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
