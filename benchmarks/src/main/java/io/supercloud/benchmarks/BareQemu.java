package io.supercloud.benchmarks;

import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.Accelerator;
import io.supercloud.migration.hypervisor.Hypervisor.Devices;
import io.supercloud.migration.hypervisor.internal.QemuCommandLine;
import io.supercloud.migration.hypervisor.internal.VmFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A QEMU with the machine and devices that ours has, but a raw file for a disk; by its monitor, and nothing else. */
final class BareQemu implements AutoCloseable {
    private static final String PROGRAM = "qemu-system-x86_64";
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final int END_LIMIT_SECONDS = 10;

    private final Process process;
    private final VmFiles files;
    private final Monitor monitor;

    /** What it is started for. */
    enum Start {
        /** To boot from its disk. */
        BOOT,
        /** To run as soon as the memory of another has arrived. */
        ARRIVE,
        /** As {@link #ARRIVE}, but it waits to be told to run. */
        ARRIVE_PAUSED
    }

    /**
     * @param namespace where its tap is
     * @param folder for its files; the path must be short
     */
    BareQemu(VmSpec spec, Accelerator accelerator, String namespace, Path disk, Path folder, Start start) {
        files = VmFiles.of(folder, spec.id());
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        line.addAll(line(spec, accelerator, disk, files, start));
        try {
            Files.createDirectories(files.directory());
            process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(files.output().toFile())
                    .start();
            monitor = connected();
        } catch (IOException e) {
            throw new UncheckedIOException("QEMU cannot be started", e);
        }
    }

    private Monitor connected() throws IOException {
        AtomicReference<Optional<Monitor>> connected = new AtomicReference<>(Optional.empty());
        Waiting.until(START_LIMIT, "QEMU's monitor answers", () -> {
            connected.set(tried());
            return connected.get().isPresent() || !process.isAlive();
        });
        String said = Files.readString(files.output()).strip();
        return connected.get().orElseThrow(() -> new BenchmarkException("QEMU did not come up: " + said));
    }

    private Optional<Monitor> tried() {
        try {
            return Files.exists(files.monitor()) ? Optional.of(new Monitor(files.monitor())) : Optional.empty();
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }

    /** Ours, with the disk exchanged. Both ends may have the file open at once, so it is neither locked nor cached. */
    private static List<String> line(VmSpec spec, Accelerator accelerator, Path disk, VmFiles files, Start start) {
        Devices devices = new Devices(Path.of("unused"), "unused", BareNetwork.TAP);
        List<String> line =
                new ArrayList<>(QemuCommandLine.of(PROGRAM, spec, accelerator, devices, files, start != Start.BOOT));
        if (start != Start.ARRIVE_PAUSED) {
            line.remove("-S");
        }
        line.set(
                line.indexOf("-blockdev") + 1,
                "driver=raw,node-name=disk0,cache.direct=on,discard=unmap,file.driver=file,file.filename=%s,file.locking=off,file.cache.direct=on,file.discard=unmap"
                        .formatted(disk.toString().replace(",", ",,")));
        return line;
    }

    Monitor monitor() {
        return monitor;
    }

    boolean printed(String text) {
        try {
            return Files.exists(files.consoleLog())
                    && Files.readString(files.consoleLog()).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        monitor.close();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
