package io.supercloud.app.agent;

import io.supercloud.migration.hypervisor.Accelerator;
import io.supercloud.migration.hypervisor.AcceleratorProbe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** Keeps what the probe guest found for as long as the machine has not booted again; one process at a time probes. */
public final class AcceleratorFile {
    private static final int MAX_BYTES = 128;

    private AcceleratorFile() {}

    /**
     * @param directory where the answer is kept
     * @param probe the folder with the probe guest's {@code vmlinuz} and {@code initrd}
     * @param limit how long that guest may take
     */
    public static Accelerator load(Path directory, Path probe, String qemu, Duration limit) throws IOException {
        Files.createDirectories(directory);
        String boot =
                Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        try (FileChannel channel = FileChannel.open(
                        directory.resolve("accelerator"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
                FileLock ignored = channel.lock()) {
            ByteBuffer known = ByteBuffer.allocate(MAX_BYTES);
            channel.read(known, 0);
            String[] words = new String(known.array(), 0, known.position(), StandardCharsets.UTF_8).split(" ");
            if (words.length == 2 && words[0].equals(boot)) {
                return Accelerator.valueOf(words[1]);
            }
            Accelerator found = AcceleratorProbe.probe(qemu, probe.resolve("vmlinuz"), probe.resolve("initrd"), limit);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((boot + " " + found.name()).getBytes(StandardCharsets.UTF_8)), 0);
            return found;
        }
    }
}
