package io.supercloud.migration.hypervisor.internal;

import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.Accelerator;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a QEMU on this machine can present to guests, asked of one that runs none.
 *
 * @param machines versioned types, by name
 * @param cpuModels those of which it has every feature, and that mean the same everywhere
 * @param channels connections beside the first over which memory may travel (multifd)
 * @param compressedStreams whether that was built with zstd
 */
record QemuProbe(List<String> machines, List<String> cpuModels, int channels, boolean compressedStreams) {
    /**
     * No more than one: of several, one that ends because another has failed does not wake the thread that waits for it
     * (multifd_send_thread and multifd_send_sync_main in QEMU's migration/multifd.c; seen with 10.0.2). A stream that was cancelled
     * while it was set up then never ends, and its guest cannot move any more.
     */
    private static final int SOUND_CHANNELS = 1;

    private static final String LAST = "schema";
    private static final String COMMANDS = """
            {"execute": "qmp_capabilities"}
            {"execute": "query-machines", "id": "machines"}
            {"execute": "query-cpu-definitions", "id": "models"}
            {"execute": "query-migrate-capabilities", "id": "capabilities"}
            {"execute": "query-qmp-schema", "id": "%s"}
            """.formatted(LAST);

    static QemuProbe of(String program, Accelerator accelerator) {
        try {
            Process process = new ProcessBuilder(
                            program,
                            "-nodefaults",
                            "-no-user-config",
                            "-display",
                            "none",
                            "-S",
                            "-machine",
                            "pc",
                            "-accel",
                            accelerator.option(),
                            "-qmp",
                            "stdio")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (OutputStream commands = process.getOutputStream();
                    BufferedReader answers = process.inputReader(StandardCharsets.UTF_8)) {
                commands.write(COMMANDS.getBytes(StandardCharsets.US_ASCII));
                commands.flush();
                return parse(readAll(answers));
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException | JacksonException e) {
            throw new MigrationException("'%s' does not say what guests it can run: %s".formatted(program, e), e);
        }
    }

    /** QEMU is not told to quit: it would not wait until its answers are read. */
    private static String readAll(BufferedReader answers) throws IOException {
        StringBuilder all = new StringBuilder();
        String line;
        do {
            line = answers.readLine();
            all.append(line == null ? "" : line).append('\n');
        } while (line != null && !line.contains("\"id\": \"%s\"".formatted(LAST)));
        return all.toString();
    }

    static QemuProbe parse(String answers) {
        List<JsonNode> lines = answers.lines()
                .filter(line -> !line.isBlank())
                .map(QmpMessage.JSON::readTree)
                .toList();
        return new QemuProbe(
                answer(lines, "machines")
                        .valueStream()
                        .map(machine -> machine.path("name").asString(""))
                        .filter(name -> !name.isEmpty())
                        .sorted()
                        .toList(),
                answer(lines, "models")
                        .valueStream()
                        .filter(model -> model.path("migration-safe").asBoolean(false)
                                && model.path("unavailable-features").isEmpty())
                        .map(model -> model.path("name").asString(""))
                        .filter(name -> !name.isEmpty())
                        .sorted()
                        .toList(),
                answer(lines, "capabilities")
                                .valueStream()
                                .anyMatch(known ->
                                        known.path("capability").asString("").equals("multifd"))
                        ? SOUND_CHANNELS
                        : 0,
                answer(lines, LAST).valueStream().anyMatch(QemuProbe::namesStreamCompression));
    }

    /** Only the enumeration of a stream's compressions has these two beside each other; types have no names there. */
    private static boolean namesStreamCompression(JsonNode type) {
        List<String> values = type.path("values")
                .valueStream()
                .map(value -> value.asString(""))
                .toList();
        return values.contains("none") && values.contains("zstd");
    }

    private static JsonNode answer(List<JsonNode> lines, String id) {
        return lines.stream()
                .filter(line -> line.path("id").asString("").equals(id))
                .map(line -> line.path("return"))
                .filter(JsonNode::isArray)
                .findFirst()
                .orElseThrow(() -> new MigrationException("QEMU does not list its " + id));
    }
}
