package io.supercloud.app.demo;

import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;

/** The demo's end of a {@link ClientProcess} that runs in a network namespace. */
final class OverlayClient implements AutoCloseable {
    private final Process process;
    private final AtomicLong nextId = new AtomicLong(1);
    private final Map<String, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<GapProbe.Gap> gaps = new CopyOnWriteArrayList<>();

    OverlayClient(String namespace, Path java, String guestAddress, Path log) {
        try {
            process = new ProcessBuilder(
                            "ip",
                            "netns",
                            "exec",
                            namespace,
                            java.toString(),
                            ClientProcess.class.getName(),
                            guestAddress)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new MigrationException("the client cannot be started: " + e.getMessage(), e);
        }
        Thread.ofVirtual().name("client output").start(this::readAll);
    }

    private void readAll() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonNode message = Json.read("the client", line.getBytes(StandardCharsets.UTF_8), JsonNode.class);
                if (message.has("gap")) {
                    gaps.add(Json.read("the client", Json.write(message.path("gap")), GapProbe.Gap.class));
                } else {
                    pending.remove(message.path("id").asString()).complete(message);
                }
            }
        } catch (IOException e) {
            pending.values().forEach(future -> future.completeExceptionally(e));
        }
        pending.values().forEach(future -> future.completeExceptionally(new IOException("the client has ended")));
    }

    /** Sends a command to the guest and returns its answer. */
    String command(String command, Duration limit) {
        return await(begin(command), limit).path("reply").asString();
    }

    /** As {@link #command}, without waiting. */
    CompletableFuture<JsonNode> begin(String command) {
        String id = Long.toString(nextId.getAndIncrement());
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        pending.put(id, answer);
        try {
            OutputStream out = process.getOutputStream();
            synchronized (process) {
                out.write((id + " " + command + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    OrderedStream.Report streamReport(Duration limit) {
        JsonNode report = await(begin("REPORT"), limit).path("report");
        return Json.read("the client's report", Json.write(report), OrderedStream.Report.class);
    }

    static JsonNode await(CompletableFuture<JsonNode> answer, Duration limit) {
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationException("interrupted while the client worked", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new MigrationException("the client outside does not answer: " + e, e);
        }
    }

    /** The longest time without an answer that touches the time from {@code begin} to {@code end}, in milliseconds. */
    double downtimeMillis(Instant begin, Instant end) {
        return gaps.stream()
                .filter(gap -> gap.to().isAfter(begin) && gap.from().isBefore(end))
                .mapToDouble(GapProbe.Gap::millis)
                .max()
                .orElse(0);
    }

    List<GapProbe.Gap> gaps() {
        return List.copyOf(gaps);
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
