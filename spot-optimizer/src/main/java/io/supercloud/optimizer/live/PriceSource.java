package io.supercloud.optimizer.live;

import io.supercloud.optimizer.OptimizerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Where a document of prices comes from: a file that somebody writes, or a command that prints it.
 *
 * @param file where it is one
 * @param command and its arguments, where there is no file; no shell is asked
 * @param machines as for {@link PriceForm#parse}
 */
public record PriceSource(
        PriceForm form, Optional<Path> file, List<String> command, List<GcpCatalogue.Shape> machines) {
    static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);

    public PriceSource {
        command = List.copyOf(command);
        machines = List.copyOf(machines);
    }

    /** @param at when the prices were confirmed: when the file was written, or the command was started */
    public record Told(List<Listing> listings, Instant at) {}

    /** What errors call it. */
    public String name() {
        return file.map(Path::toString).orElseGet(() -> "'%s'".formatted(String.join(" ", command)));
    }

    /**
     * Reads the document; blocks, for a command a minute at most.
     *
     * @throws OptimizerException where it does not come or is not as it must be: then none of it counts
     */
    public Told read(InstantSource clock) {
        Instant now = clock.instant();
        try {
            Instant at =
                    file.isPresent() ? Files.getLastModifiedTime(file.get()).toInstant() : now;
            return new Told(form.parse(name(), text(), machines), at);
        } catch (IOException e) {
            throw new OptimizerException("%s: no prices come: %s".formatted(name(), e), e);
        }
    }

    private String text() throws IOException {
        if (file.isPresent()) {
            try (InputStream in = Files.newInputStream(file.get())) {
                return bounded(in);
            }
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        Thread.startVirtualThread(() -> endAfterLimit(process));
        try (InputStream out = process.getInputStream()) {
            String text = bounded(out);
            int code = process.waitFor();
            if (code != 0) {
                throw new OptimizerException(
                        "%s ended with %d, or was ended after %d s: no prices come of it; run it by hand"
                                .formatted(name(), code, COMMAND_LIMIT.toSeconds()));
            }
            return text;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OptimizerException("interrupted while %s told prices".formatted(name()), e);
        } finally {
            end(process);
        }
    }

    private static void endAfterLimit(Process process) {
        try {
            if (!process.waitFor(COMMAND_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                end(process);
            }
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
        }
    }

    /** With what it started: that could hold its output open. */
    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private String bounded(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(PriceJson.MAX_CHARACTERS + 1);
        if (bytes.length > PriceJson.MAX_CHARACTERS) {
            throw new OptimizerException(
                    "%s: a document of prices has at most %d bytes".formatted(name(), PriceJson.MAX_CHARACTERS));
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
