package io.supercloud.image;

import io.supercloud.core.InvalidValueException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Where a host finds a secret: what disks are encrypted with, or the credential of an object store. The reference is no secret; each
 * host resolves it for itself, when it needs it.
 *
 * @param text {@code env:NAME}, {@code file:/PATH} or {@code command:/PATH ARGUMENTS}: what stands in a variable of the agent's
 *     environment, in a file, or what a command says, without white space at the ends
 */
public record KeyReference(String text) {
    /** Fewer can be guessed. */
    static final int MIN_SECRET_BYTES = 16;

    private static final int MAX_SECRET_BYTES = 4096;
    private static final int MAX_TEXT_LENGTH = 1024;
    private static final long COMMAND_LIMIT_SECONDS = 10;
    private static final String ENVIRONMENT = "env:";
    private static final String FILE = "file:";
    private static final String COMMAND = "command:";

    public KeyReference {
        if (text.length() > MAX_TEXT_LENGTH
                || !text.matches("env:[A-Za-z_][A-Za-z0-9_]*|file:/[^\\p{Cntrl}]+|command:/[^\\p{Cntrl}]+")) {
            throw new InvalidValueException(
                    "'%s' refers to no key: use env:NAME, file:/PATH or 'command:/PATH ARGUMENTS'".formatted(text));
        }
    }

    /** The secret. Blocks; throws {@link IOException} where this host does not have it. */
    public byte[] resolve() throws IOException {
        byte[] secret = strip(found());
        if (secret.length < MIN_SECRET_BYTES) {
            throw new IOException("the key that %s refers to has %d bytes: it needs %d at least"
                    .formatted(text, secret.length, MIN_SECRET_BYTES));
        }
        return secret;
    }

    /** The variable that it names, where it names one. */
    public Optional<String> variable() {
        return text.startsWith(ENVIRONMENT) ? Optional.of(text.substring(ENVIRONMENT.length())) : Optional.empty();
    }

    /** What an account elsewhere is used with, of any length but none. Blocks, and throws as {@link #resolve}. */
    public String credential() throws IOException {
        byte[] credential = strip(found());
        if (credential.length == 0) {
            throw new IOException("the credential that %s refers to is empty".formatted(text));
        }
        return new String(credential, StandardCharsets.UTF_8);
    }

    private byte[] found() throws IOException {
        if (text.startsWith(ENVIRONMENT)) {
            String value = System.getenv(text.substring(ENVIRONMENT.length()));
            if (value == null) {
                throw new IOException("the key %s is not in the environment here".formatted(text));
            }
            return value.getBytes(StandardCharsets.UTF_8);
        }
        return text.startsWith(FILE)
                ? read(Path.of(text.substring(FILE.length())))
                : said(List.of(text.substring(COMMAND.length()).split(" +")));
    }

    private byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_SECRET_BYTES);
        } catch (IOException e) {
            throw new IOException("the key %s can not be read here".formatted(text), e);
        }
    }

    private byte[] said(List<String> line) throws IOException {
        Process process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        CompletableFuture<Void> limit =
                new CompletableFuture<Void>().completeOnTimeout(null, COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS);
        limit.thenRun(process::destroyForcibly);
        try (InputStream out = process.getInputStream()) {
            byte[] said = out.readNBytes(MAX_SECRET_BYTES);
            if (!process.waitFor(COMMAND_LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("the command of the key %s failed here".formatted(text));
            }
            return said;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the command of the key %s ran".formatted(text), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static byte[] strip(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1).strip().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return text;
    }
}
