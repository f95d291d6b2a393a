package io.supercloud.app.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;

/** One TCP connection that lives as long as the client: numbers go out, each must come back, in order, with its checksum. */
final class OrderedStream {
    private static final long INTERVAL_NANOS = 5_000_000;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

    private final Socket socket = new Socket();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong bytesOutOfOrder = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();

    record Report(long linesSent, long linesReceived, long bytesOutOfOrder, long brokenConnections) {}

    OrderedStream(InetSocketAddress target) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(target, (int) CONNECT_LIMIT.toMillis());
    }

    void start() {
        Thread.ofPlatform().daemon().name("stream out").start(this::sendAll);
        Thread.ofPlatform().daemon().name("stream in").start(this::receiveAll);
    }

    private void sendAll() {
        try {
            socket.getOutputStream().write("STREAM\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                long number = sent.get() + 1;
                socket.getOutputStream().write((number + "\n").getBytes(StandardCharsets.US_ASCII));
                sent.set(number);
                LockSupport.parkNanos(INTERVAL_NANOS);
            }
        } catch (IOException e) {
            broken.set(1);
        }
    }

    private void receiveAll() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String number = Long.toString(received.get() + 1);
                if (!line.equals(number + " " + checksum(number))) {
                    bytesOutOfOrder.addAndGet(line.length() + 1L);
                }
                received.incrementAndGet();
            }
            broken.set(1);
        } catch (IOException e) {
            broken.set(1);
        }
    }

    private static String checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return "%08x".formatted(crc.getValue());
    }

    Report report() {
        return new Report(sent.get(), received.get(), bytesOutOfOrder.get(), broken.get());
    }
}
