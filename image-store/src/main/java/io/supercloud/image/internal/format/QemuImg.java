package io.supercloud.image.internal.format;

import io.supercloud.image.ImageFormat;
import io.supercloud.image.ImageStoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The program qemu-img. */
public final class QemuImg {
    private static final String PROGRAM = "qemu-img";
    /** It is ended when it has asked for nothing for so long. */
    private static final int STALLED_SECONDS = 120;

    /** Space is lost in the file, and nothing else. */
    private static final int ONLY_LEAKS = 3;
    /** There is no check for this format. */
    private static final int NO_CHECK = 63;

    private static final int MAX_OUTPUT_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private QemuImg() {}

    /**
     * Looks at a file as one of this format.
     *
     * @throws ImageStoreException where it is none, is damaged (a part that is cut off would read as zeroes), or refers to
     *     other files
     */
    public static ImageFacts inspect(Path file, ImageFormat format) {
        String said = run(List.of("info", "--output=json", "-f", format.word(), file.toString()), () -> 0);
        try {
            JsonNode facts = JSON.readTree(said);
            requireAlone(file, facts);
            long sizeBytes = facts.path("virtual-size").asLong(0);
            if (sizeBytes <= 0) {
                throw new ImageStoreException("%s has no disk in it".formatted(file));
            }
            run(List.of("check", "-f", format.word(), file.toString()), () -> 0, Set.of(0, ONLY_LEAKS, NO_CHECK));
            return new ImageFacts(sizeBytes);
        } catch (JacksonException e) {
            throw new ImageStoreException("qemu-img says nothing that is understood of %s".formatted(file), e);
        }
    }

    private static void requireAlone(Path file, JsonNode facts) {
        List<String> others = new ArrayList<>();
        JsonNode details = facts.path("format-specific").path("data");
        for (JsonNode other : List.of(facts.path("backing-filename"), details.path("data-file"))) {
            if (!other.isMissingNode()) {
                others.add(other.asString(""));
            }
        }
        for (JsonNode extent : details.path("extents")) {
            String name = extent.path("filename").asString("");
            if (!name.equals(file.toString())) {
                others.add(name);
            }
        }
        if (!others.isEmpty()) {
            throw new ImageStoreException(
                    "%s refers to %s: make one file of it first, with 'qemu-img convert'".formatted(file, others));
        }
    }

    /**
     * Runs it and returns what it says.
     *
     * @param life a number that changes while it does something
     * @throws ImageStoreException with its own words where it fails, or where it stalls
     */
    public static String run(List<String> arguments, LongSupplier life) {
        return run(arguments, life, Set.of(0));
    }

    private static String run(List<String> arguments, LongSupplier life, Set<Integer> good) {
        List<String> line = new ArrayList<>(List.of(PROGRAM));
        line.addAll(arguments);
        try {
            Path output = Files.createTempFile("supercloud-qemu-img", ".txt");
            try {
                Process process = new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                boolean ended = awaitEnd(process, life);
                String said = text(output);
                if (!ended || !good.contains(process.exitValue())) {
                    throw new ImageStoreException("qemu-img %s %s: %s"
                            .formatted(
                                    arguments.getFirst(),
                                    ended ? "failed" : "stood still and was ended",
                                    said.strip()));
                }
                return said;
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new ImageStoreException(
                    "qemu-img can not be run: install QEMU's tools (%s)".formatted(e.getMessage()), e);
        }
    }

    /** False where it had to be ended. */
    private static boolean awaitEnd(Process process, LongSupplier life) {
        long before = -1;
        try {
            while (before != life.getAsLong()) {
                before = life.getAsLong();
                if (process.waitFor(STALLED_SECONDS, TimeUnit.SECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
        return false;
    }

    private static String text(Path output) throws IOException {
        if (Files.size(output) > MAX_OUTPUT_BYTES) {
            throw new IOException("it says too much");
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
