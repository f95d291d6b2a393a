package io.supercloud.benchmarks;

import io.supercloud.migration.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A client of the guest in a namespace of its own. Lines on standard input, answered by one JSON line each: {@code PROBE}
 * begins to send a datagram a millisecond to the guest's echo port and is answered when answers come steadily; {@code END}
 * waits until they do so again and tells the longest time without one; {@code ASK command} passes on a command.
 * Arguments: the guest's address.
 */
public final class ProbeProcess {
    private static final int COMMAND_PORT = 7000;
    private static final int ECHO_PORT = 7001;
    private static final int COMMAND_LIMIT_MILLIS = 20_000;
    private static final long STEADY_LIMIT_NANOS = 30_000_000_000L;
    private static final int STEADY_ANSWERS = 100;
    private static final long INTERVAL_NANOS = 1_000_000;

    private final InetSocketAddress target;
    private final AtomicLong answered = new AtomicLong();
    private volatile long longestNanos;
    private DatagramChannel channel;

    private ProbeProcess(InetSocketAddress target) {
        this.target = target;
    }

    public static void main(String[] arguments) throws IOException {
        ProbeProcess probe = new ProbeProcess(new InetSocketAddress(arguments[0], ECHO_PORT));
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (line.equals("PROBE")) {
                System.out.println(Json.text(Map.of("steady", probe.begin())));
            } else if (line.equals("END")) {
                System.out.println(
                        Json.text(Map.of("steady", probe.steady(), "longestMillis", probe.longestNanos / 1e6)));
                probe.channel.close();
            } else {
                System.out.println(Json.text(Map.of("reply", command(arguments[0], line.substring("ASK ".length())))));
            }
        }
        System.exit(0);
    }

    private boolean begin() throws IOException {
        channel = DatagramChannel.open();
        channel.connect(target);
        answered.set(0);
        DatagramChannel own = channel;
        Thread.ofPlatform().daemon().name("probe out").start(() -> sendAll(own));
        Thread.ofPlatform().daemon().name("probe in").start(() -> receiveAll(own));
        boolean steady = steady();
        longestNanos = 0;
        return steady;
    }

    /** Waits until so many more answers have come. */
    private boolean steady() {
        long wanted = answered.get() + STEADY_ANSWERS;
        long end = System.nanoTime() + STEADY_LIMIT_NANOS;
        while (answered.get() < wanted && System.nanoTime() < end) {
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
        return answered.get() >= wanted;
    }

    private static void sendAll(DatagramChannel own) {
        ByteBuffer packet = ByteBuffer.allocate(Long.BYTES);
        while (own.isOpen()) {
            try {
                own.write(packet.clear().putLong(System.nanoTime()).flip());
            } catch (PortUnreachableException notYet) {
                continue;
            } catch (ClosedChannelException ended) {
                return;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("the probe cannot send", e);
            }
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
    }

    private void receiveAll(DatagramChannel own) {
        ByteBuffer packet = ByteBuffer.allocate(Long.BYTES);
        long last = System.nanoTime();
        while (own.isOpen()) {
            try {
                own.read(packet.clear());
            } catch (PortUnreachableException notYet) {
                continue;
            } catch (AsynchronousCloseException ended) {
                return;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("the probe cannot receive", e);
            }
            long now = System.nanoTime();
            longestNanos = Math.max(longestNanos, now - last);
            last = now;
            answered.incrementAndGet();
        }
    }

    private static String command(String guest, String command) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(guest, COMMAND_PORT), COMMAND_LIMIT_MILLIS);
            socket.setSoTimeout(COMMAND_LIMIT_MILLIS);
            socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            String answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            return answer == null ? "CLOSED" : answer;
        } catch (IOException e) {
            return "UNREACHABLE " + e.getMessage();
        }
    }
}
