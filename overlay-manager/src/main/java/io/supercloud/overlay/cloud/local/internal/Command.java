package io.supercloud.overlay.cloud.local.internal;

import io.supercloud.overlay.cloud.CloudException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Programs of this machine, run to their end. */
final class Command {
    private static final long LIMIT_SECONDS = 30;

    private Command() {}

    /** What a program said, and how it ended. */
    record Outcome(int exitCode, String output) {}

    /** Runs {@code words} and returns what they print; throws where they fail. */
    static String run(String... words) {
        Outcome outcome = attempt(words);
        if (outcome.exitCode != 0) {
            throw new CloudException("'%s' failed with code %d: %s"
                    .formatted(String.join(" ", words), outcome.exitCode, outcome.output.strip()));
        }
        return outcome.output;
    }

    /** Runs {@code words}, whether they fail or not. Their two streams come as one. */
    static Outcome attempt(String... words) {
        try {
            Path output = Files.createTempFile("supercloud", ".out");
            try {
                Process process = new ProcessBuilder(words)
                        .redirectErrorStream(true)
                        .redirectInput(ProcessBuilder.Redirect.from(
                                Path.of("/dev/null").toFile()))
                        .redirectOutput(output.toFile())
                        .start();
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new CloudException(
                            "'%s' did not end within %d s".formatted(String.join(" ", words), LIMIT_SECONDS));
                }
                return new Outcome(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new CloudException(
                    "'%s' could not be run; bin/setup installs what is missing".formatted(words[0]), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloudException("interrupted while '%s' ran".formatted(String.join(" ", words)), e);
        }
    }
}
