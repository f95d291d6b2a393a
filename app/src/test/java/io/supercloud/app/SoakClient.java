package io.supercloud.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client of a redis, on connections that are never opened again, each with keys of its own, so that it knows every reply
 * beforehand. Needs the JDK alone: it runs in a network namespace. Arguments: address, port, connections, seed. Each line on
 * standard input is answered by a report; after the line {@code END} all values are read back first.
 */
final class SoakClient {
    private static final int LIMIT_MILLIS = 60_000;
    private static final int KEYS = 500;
    private static final int KINDS_OF_WORK = 4;

    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private final AtomicBoolean ending = new AtomicBoolean();

    private SoakClient() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        new SoakClient()
                .run(
                        new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])),
                        Integer.parseInt(arguments[2]),
                        Long.parseLong(arguments[3]));
    }

    private void run(InetSocketAddress server, int connections, long seed) throws IOException, InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Connection connection = new Connection(server, i, new Random(seed + i));
            threads.add(Thread.ofPlatform().name("connection " + i).start(connection::work));
        }
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            boolean last = line.equals("END");
            if (last) {
                ending.set(true);
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            System.out.printf(
                    "%d %d %d %d%n", operations.get(), errors.get(), broken.get(), longestNanos.get() / 1_000_000);
            System.out.flush();
            if (last) {
                return;
            }
        }
        System.exit(1);
    }

    /** One connection and what it has written. */
    private final class Connection {
        private final Socket socket = new Socket();
        private final BufferedReader replies;
        private final String name;
        private final Random random;
        private final long[] values = new long[KEYS];
        private long counter;

        Connection(InetSocketAddress server, int number, Random random) throws IOException {
            this.name = "c" + number;
            this.random = random;
            socket.setTcpNoDelay(true);
            socket.connect(server, LIMIT_MILLIS);
            socket.setSoTimeout(LIMIT_MILLIS);
            replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            expect("+OK", "SET " + name + ":n 0");
        }

        void work() {
            try {
                while (!ending.get()) {
                    step();
                }
                for (int key = 0; key < KEYS; key++) {
                    read(key);
                }
                expect("$" + Long.toString(counter).length() + " " + counter, "GET " + name + ":n");
                socket.close();
            } catch (IOException e) {
                broken.incrementAndGet();
            }
        }

        private void step() throws IOException {
            int key = random.nextInt(KEYS);
            switch (random.nextInt(KINDS_OF_WORK)) {
                case 0 -> expect(":" + ++counter, "INCR " + name + ":n");
                case 1 -> {
                    values[key] = random.nextLong();
                    expect("+OK", "SET %s:%d %s".formatted(name, key, text(values[key])));
                }
                default -> read(key);
            }
        }

        private void read(int key) throws IOException {
            String value = text(values[key]);
            String expected = values[key] == 0 ? "$-1" : "$" + value.length() + " " + value;
            expect(expected, "GET %s:%d".formatted(name, key));
        }

        /** A value of some hundred characters that its number tells. */
        private static String text(long value) {
            return "%016x".formatted(value).repeat(16);
        }

        private void expect(String expected, String command) throws IOException {
            long begin = System.nanoTime();
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            String reply = line();
            if (reply.startsWith("$") && !reply.equals("$-1")) {
                reply += " " + line();
            }
            longestNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
            operations.incrementAndGet();
            if (!reply.equals(expected)) {
                errors.incrementAndGet();
                System.err.printf("%s: '%s' was answered by '%s', not by '%s'%n", name, command, reply, expected);
            }
        }

        private String line() throws IOException {
            String line = replies.readLine();
            if (line == null) {
                throw new IOException("the server closed the connection");
            }
            return line;
        }
    }
}
