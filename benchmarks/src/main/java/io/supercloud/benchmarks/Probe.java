package io.supercloud.benchmarks;

import io.supercloud.migration.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** This end of a {@link ProbeProcess}, which runs in a network namespace. */
final class Probe implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    /** @param home the installation whose libraries it uses */
    Probe(Path home, String namespace, String guest, Path log) {
        String classPath =
                home.resolve("lib/app.jar") + ":" + System.getProperty("bench.jar") + ":" + home.resolve("lib/*");
        try {
            process = new ProcessBuilder(List.of(
                            "ip",
                            "netns",
                            "exec",
                            namespace,
                            home.resolve("bin/java").toString(),
                            "-cp",
                            classPath,
                            ProbeProcess.class.getName(),
                            guest))
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new BenchmarkException("the client cannot be started: " + e.getMessage(), e);
        }
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    private JsonNode say(String line) {
        try {
            OutputStream out = process.getOutputStream();
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new BenchmarkException("the client of the guest has ended");
            }
            return Json.read("the client", answer.getBytes(StandardCharsets.UTF_8), JsonNode.class);
        } catch (IOException e) {
            throw new BenchmarkException("the client of the guest has ended: " + e.getMessage(), e);
        }
    }

    String ask(String command) {
        return say("ASK " + command).path("reply").asString();
    }

    /** Returns when the guest answers steadily. */
    void begin() {
        requireSteady(say("PROBE"));
    }

    /** The longest time without an answer since {@link #begin}, in milliseconds; waits until answers come again. */
    double end() {
        return requireSteady(say("END")).path("longestMillis").asDouble();
    }

    private static JsonNode requireSteady(JsonNode answer) {
        if (!answer.path("steady").asBoolean(false)) {
            throw new BenchmarkException("the guest does not answer its client");
        }
        return answer;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
