package io.supercloud.benchmarks;

import io.supercloud.migration.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** fio's NBD client. */
final class Fio {
    private static final int EXIT_LIMIT_SECONDS = 120;

    private Fio() {}

    /** @param pattern as fio calls it: {@code randread}, {@code read}, {@code randwrite} or {@code write} */
    record Load(String name, String pattern, int blockBytes, int depth, String unit) {
        boolean writes() {
            return pattern.endsWith("write");
        }
    }

    /** @throws BenchmarkException where fio is not there or cannot speak NBD */
    static void requireNbd() throws IOException {
        if (!output(List.of("fio", "--enghelp")).contains("nbd")) {
            throw new BenchmarkException(
                    "the fio here has no nbd engine: install a fio that is built with libnbd, such as Debian's");
        }
    }

    /** Writes the whole disk once, so that reads find content. */
    static void fill(Path socket, long sizeBytes, long seed) throws IOException {
        run(socket, new Load("fill", "write", 1 << 20, 16, ""), sizeBytes, seed, List.of("--end_fsync=1"));
    }

    /** Operations a second for small blocks, MiB a second for large ones. */
    static double measure(Path socket, Load load, long sizeBytes, long seed, int seconds) throws IOException {
        JsonNode job =
                run(socket, load, sizeBytes, seed, List.of("--time_based", "--runtime=" + seconds, "--ramp_time=0"));
        JsonNode direction = job.path(load.writes() ? "write" : "read");
        double operations = direction.path("iops").asDouble(0);
        if (operations == 0) {
            throw new BenchmarkException("fio measured nothing for " + load.name());
        }
        return load.unit().equals("MiB/s") ? operations * load.blockBytes() / (1 << 20) : operations;
    }

    private static JsonNode run(Path socket, Load load, long sizeBytes, long seed, List<String> more)
            throws IOException {
        List<String> line = new java.util.ArrayList<>(List.of(
                "fio",
                "--name=bench",
                "--ioengine=nbd",
                "--uri=nbd+unix:///?socket=" + socket,
                "--rw=" + load.pattern(),
                "--bs=" + load.blockBytes(),
                "--iodepth=" + load.depth(),
                "--size=" + sizeBytes,
                "--randseed=" + seed,
                "--norandommap",
                "--output-format=json"));
        line.addAll(more);
        String output = output(line);
        int begin = output.indexOf('{');
        if (begin < 0) {
            throw new BenchmarkException("fio failed: " + output.strip());
        }
        JsonNode job = Json.read(
                        "fio's output", output.substring(begin).getBytes(StandardCharsets.UTF_8), JsonNode.class)
                .path("jobs")
                .path(0);
        if (job.path("error").asInt(-1) != 0) {
            throw new BenchmarkException(
                    "fio's run of %s ended with error %s".formatted(load.name(), job.path("error")));
        }
        return job;
    }

    private static String output(List<String> line) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(line).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new BenchmarkException("%s cannot be started: run bin/setup test".formatted(line.getFirst()), e);
        }
        try {
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(EXIT_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new BenchmarkException(line.getFirst() + " did not end");
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted while %s ran".formatted(line.getFirst()), e);
        } finally {
            process.destroyForcibly();
        }
    }
}
