package io.supercloud.overlay.sdn.internal.devices;

import io.supercloud.overlay.sdn.OverlayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs on the host.
 *
 * @param prefix put before each command, such as {@code ip netns exec NAME}; empty for none
 */
public record Commands(List<String> prefix) {
    private static final long TIMEOUT_MILLIS = 10_000;
    private static final int MAX_OUTPUT_BYTES = 16 * 1024;

    public Commands {
        prefix = List.copyOf(prefix);
    }

    /** How a program ended, with the beginning of what it said. */
    public record Result(int code, String output) {
        public boolean succeeded() {
            return code == 0;
        }
    }

    /** Throws {@link OverlayException} with what the program said where it fails. */
    public void run(String... command) {
        Result result = attempt(command);
        if (!result.succeeded()) {
            throw new OverlayException("'%s' failed with code %d: %s"
                    .formatted(String.join(" ", command), result.code(), result.output()));
        }
    }

    public Result attempt(String... command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(List.of(command));
        Process process = start(whole);
        try (InputStream output = process.getInputStream()) {
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new OverlayException(
                        "'%s' did not end within %d ms".formatted(String.join(" ", whole), TIMEOUT_MILLIS));
            }
            String said = new String(output.readNBytes(MAX_OUTPUT_BYTES), StandardCharsets.UTF_8).strip();
            return new Result(process.exitValue(), said);
        } catch (IOException failure) {
            throw new OverlayException("cannot read from '%s'".formatted(String.join(" ", whole)), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new OverlayException("interrupted while '%s' ran".formatted(String.join(" ", whole)), interrupted);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException failure) {
            throw new OverlayException("cannot run '%s': is it installed?".formatted(command.getFirst()), failure);
        }
    }
}
