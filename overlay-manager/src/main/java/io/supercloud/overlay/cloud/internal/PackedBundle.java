package io.supercloud.overlay.cloud.internal;

import io.supercloud.overlay.cloud.ssh.SshException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A bundle as one gzipped tar, with its checksum; of a directory it is a temporary file, deleted at the close. */
record PackedBundle(Path file, String sha256, boolean temporary) implements AutoCloseable {
    private static final int DIGEST_LETTERS = 64;
    private static final long LIMIT_SECONDS = 120;

    static PackedBundle of(Path content) throws IOException {
        if (!Files.isDirectory(content)) {
            return new PackedBundle(content, digest(content), false);
        }
        Path packed = Files.createTempFile("supercloud-bundle", ".tar.gz");
        try {
            pack(content, packed);
            return new PackedBundle(packed, digest(packed), true);
        } catch (IOException | RuntimeException e) {
            Files.delete(packed);
            throw e;
        }
    }

    /** The same directory gives the same bytes. */
    private static void pack(Path directory, Path packed) throws IOException {
        List<String> line = List.of(
                "tar",
                "-C",
                directory.toString(),
                "--sort=name",
                "--mtime=@0",
                "--owner=0",
                "--group=0",
                "--numeric-owner",
                "-czf",
                packed.toString(),
                ".");
        run(line);
    }

    /** By coreutils: a JVM that has just begun takes a second for what they do in a tenth of one. */
    private static String digest(Path file) throws IOException {
        return run(List.of("sha256sum", "--", file.toString())).substring(0, DIGEST_LETTERS);
    }

    /** Returns what was printed. */
    private static String run(List<String> line) throws IOException {
        Process process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("this failed: " + String.join(" ", line));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new SshException("interrupted: " + String.join(" ", line), e);
        }
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            Files.deleteIfExists(file);
        }
    }
}
