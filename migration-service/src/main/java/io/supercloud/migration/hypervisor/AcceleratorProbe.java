package io.supercloud.migration.hypervisor;

import io.supercloud.migration.MigrationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Finds out which accelerator works by booting a tiny guest with it. The file {@code /dev/kvm} proves nothing: there are
 * machines that have it and on which every stock guest hangs.
 */
public final class AcceleratorProbe {
    /** What the probe guest prints on its serial console; it powers off then. */
    public static final String TOKEN = "SUPERCLOUD-PROBE-OK";

    /** For a machine whose processor is not emulated. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    /** For a machine that may be emulated, where a guest under nested KVM was seen to take 20 s. */
    public static final Duration EMULATED_LIMIT = Duration.ofSeconds(90);

    private AcceleratorProbe() {}

    /** KVM where a guest boots with it within {@code limit}, else TCG; the caller keeps the answer. */
    public static Accelerator probe(String program, Path kernel, Path initrd, Duration limit) {
        if (!Files.isReadable(Path.of("/dev/kvm"))) {
            return Accelerator.TCG;
        }
        return boots(program, Accelerator.KVM, kernel, initrd, limit) ? Accelerator.KVM : Accelerator.TCG;
    }

    /** Whether the probe guest ran to its end under {@code accelerator} within {@code limit}. */
    public static boolean boots(String program, Accelerator accelerator, Path kernel, Path initrd, Duration limit) {
        Path output = null;
        try {
            output = Files.createTempFile("probe", ".log");
            Process process = new ProcessBuilder(
                            program,
                            "-nodefaults",
                            "-no-user-config",
                            "-display",
                            "none",
                            "-no-reboot",
                            "-machine",
                            "pc",
                            "-accel",
                            accelerator.option(),
                            "-m",
                            "128",
                            "-kernel",
                            kernel.toString(),
                            "-initrd",
                            initrd.toString(),
                            "-append",
                            "console=ttyS0 quiet panic=-1",
                            "-serial",
                            "file:" + output)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
            return ended
                    && Files.readString(output, java.nio.charset.StandardCharsets.ISO_8859_1)
                            .contains(TOKEN);
        } catch (IOException e) {
            throw new MigrationException("the probe guest could not be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationException("interrupted while the probe guest ran", e);
        } finally {
            delete(output);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new MigrationException("cannot delete " + file, e);
        }
    }
}
