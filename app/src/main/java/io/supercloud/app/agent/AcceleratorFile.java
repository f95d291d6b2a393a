package io.supercloud.app.agent;

import io.supercloud.migration.hypervisor.Accelerator;
import io.supercloud.migration.hypervisor.AcceleratorProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps what the probe guest found for as long as the machine has not booted again. */
public final class AcceleratorFile {
    private AcceleratorFile() {}

    /**
     * @param directory where the answer is kept
     * @param probe the folder with the probe guest's {@code vmlinuz} and {@code initrd}
     */
    public static Accelerator load(Path directory, Path probe, String qemu) throws IOException {
        Path file = directory.resolve("accelerator");
        String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        if (Files.exists(file)) {
            String[] words = Files.readString(file, StandardCharsets.UTF_8).strip().split(" ");
            if (words.length == 2 && words[0].equals(boot)) {
                return Accelerator.valueOf(words[1]);
            }
        }
        Accelerator found = AcceleratorProbe.probe(qemu, probe.resolve("vmlinuz"), probe.resolve("initrd"));
        Files.writeString(file, boot + " " + found.name(), StandardCharsets.UTF_8);
        return found;
    }
}
