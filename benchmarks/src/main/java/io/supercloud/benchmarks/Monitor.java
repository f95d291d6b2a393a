package io.supercloud.benchmarks;

import io.supercloud.migration.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** A QMP client that keeps every event with the time that QEMU gave it. One thread gives commands. */
final class Monitor implements AutoCloseable {
    private static final int ANSWER_LIMIT_SECONDS = 30;
    private static final int NANOS_PER_MICRO = 1_000;

    private final SocketChannel channel;
    private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();

    /** @param at by QEMU's clock, which is the machine's */
    record Event(String name, Instant at, JsonNode data) {}

    Monitor(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        Thread.ofVirtual().name("qmp " + socket).start(this::readAll);
        execute("qmp_capabilities", Map.of());
    }

    private void readAll() {
        try (BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonNode message = Json.read("QEMU", line.getBytes(StandardCharsets.UTF_8), JsonNode.class);
                if (message.has("event")) {
                    JsonNode time = message.path("timestamp");
                    events.add(new Event(
                            message.path("event").asString(),
                            Instant.ofEpochSecond(
                                    time.path("seconds").asLong(),
                                    time.path("microseconds").asLong() * NANOS_PER_MICRO),
                            message.path("data")));
                } else if (!message.has("QMP")) {
                    answers.add(message);
                }
            }
        } catch (IOException ended) {
            answers.add(Json.read(
                    "QEMU",
                    "{\"error\":{\"desc\":\"it has ended\"}}".getBytes(StandardCharsets.UTF_8),
                    JsonNode.class));
        }
    }

    JsonNode execute(String command, Map<String, ?> arguments) {
        try {
            String line = Json.text(Map.of("execute", command, "arguments", arguments)) + "\n";
            ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            JsonNode answer = answers.poll(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
            if (answer == null || answer.has("error")) {
                throw new BenchmarkException("QEMU refused '%s': %s"
                        .formatted(
                                command,
                                answer == null
                                        ? "no answer"
                                        : answer.path("error").path("desc").asString()));
            }
            return answer.path("return");
        } catch (IOException e) {
            throw new BenchmarkException("QEMU is gone: '%s' could not be sent".formatted(command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted while QEMU ran '%s'".formatted(command), e);
        }
    }

    /** The first event that is wanted, of those that have come and will come. */
    Event await(Duration limit, String what, Predicate<Event> wanted) {
        Waiting.until(limit, what, () -> events.stream().anyMatch(wanted));
        return events.stream().filter(wanted).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new BenchmarkException("QEMU's monitor cannot be closed: " + e.getMessage(), e);
        }
    }
}
