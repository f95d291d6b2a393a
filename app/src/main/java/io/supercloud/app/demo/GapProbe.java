package io.supercloud.app.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Sends a datagram a millisecond and tells how long no answer came: the downtime as a client sees it. */
final class GapProbe {
    /** Shorter gaps are the machine's scheduling. */
    private static final long TOLD_NANOS = 15_000_000;

    private static final long INTERVAL_NANOS = 1_000_000;

    private final DatagramChannel channel;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();

    /** @param from and {@code to} when the last answer before and the first one after the gap came */
    record Gap(Instant from, Instant to, double millis) {}

    record Report(long sent, long answered) {}

    GapProbe(InetSocketAddress target) throws IOException {
        channel = DatagramChannel.open();
        channel.connect(target);
    }

    void start(Consumer<Gap> listener) {
        Thread.ofPlatform().daemon().name("probe out").start(this::sendAll);
        Thread.ofPlatform().daemon().name("probe in").start(() -> receiveAll(listener));
    }

    private void sendAll() {
        ByteBuffer packet = ByteBuffer.allocate(Long.BYTES);
        while (true) {
            try {
                channel.write(packet.clear().putLong(sent.incrementAndGet()).flip());
            } catch (PortUnreachableException notYet) {
                sent.decrementAndGet();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("the probe cannot send", e);
            }
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
    }

    private void receiveAll(Consumer<Gap> listener) {
        ByteBuffer packet = ByteBuffer.allocate(64);
        long last = 0;
        Instant lastAt = null;
        while (true) {
            try {
                channel.read(packet.clear());
            } catch (PortUnreachableException notYet) {
                continue;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("the probe cannot receive", e);
            }
            answered.incrementAndGet();
            long now = System.nanoTime();
            Instant at = Instant.now();
            if (lastAt != null && now - last > TOLD_NANOS) {
                listener.accept(new Gap(lastAt, at, (now - last) / 1e6));
            }
            last = now;
            lastAt = at;
        }
    }

    Report report() {
        return new Report(sent.get(), answered.get());
    }
}
