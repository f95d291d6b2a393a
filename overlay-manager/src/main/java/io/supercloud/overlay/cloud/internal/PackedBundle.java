package io.supercloud.overlay.cloud.internal;

import io.supercloud.overlay.cloud.ssh.SshException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/** A bundle as one gzipped tar, with its checksum; of a directory it is a temporary file, deleted at the close. */
record PackedBundle(Path file, String sha256, boolean temporary) implements AutoCloseable {
    private static final int CHUNK_BYTES = 1024 * 1024;
    private static final long PACK_LIMIT_SECONDS = 120;

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
        Process tar = new ProcessBuilder(
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
                        ".")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!tar.waitFor(PACK_LIMIT_SECONDS, TimeUnit.SECONDS) || tar.exitValue() != 0) {
                tar.destroyForcibly();
                throw new IOException("tar did not pack " + directory);
            }
        } catch (InterruptedException e) {
            tar.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new SshException("interrupted while %s was packed".formatted(directory), e);
        }
    }

    private static String digest(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                digest.update(chunk, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            Files.deleteIfExists(file);
        }
    }
}
