package io.supercloud.migration.hypervisor.internal;

import io.supercloud.core.VmId;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.Accelerator;
import io.supercloud.migration.hypervisor.Hypervisor.Devices;
import io.supercloud.migration.hypervisor.Hypervisor.Facts;
import io.supercloud.migration.hypervisor.StreamCredentials;
import io.supercloud.migration.hypervisor.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and finds the QEMU processes of one host. They outlive the process that started them. */
public final class QemuProcesses {
    private static final Logger log = LoggerFactory.getLogger(QemuProcesses.class);
    /** A guest that begins to run again comes before what its host's agent has to do meanwhile (nice(1)). */
    private static final List<String> BEFORE_AGENTS = List.of("nice", "-n", "-5");

    private static final Duration START_LIMIT = Duration.ofSeconds(40);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    private static final Duration STATE_LIMIT = Duration.ofMinutes(5);
    private static final long POLL_NANOS = 5_000_000;
    private static final Pattern VERSION = Pattern.compile("version ((\\d+)\\.\\d+\\.\\d+)");
    private static final Pattern MACHINE_ALIAS = Pattern.compile("(?m)^pc\\s.*\\(alias of (pc-[A-Za-z0-9.-]+)\\)");

    private final String program;
    private final Path directory;
    private final Accelerator accelerator;
    private final Optional<StreamCredentials> credentials;

    public QemuProcesses(
            String program, Path directory, Accelerator accelerator, Optional<StreamCredentials> credentials) {
        this.program = program;
        this.directory = directory;
        this.accelerator = accelerator;
        this.credentials = credentials;
    }

    public Facts facts() {
        Matcher version = VERSION.matcher(output("--version"));
        Matcher machine = MACHINE_ALIAS.matcher(output("-machine", "help"));
        if (!version.find() || !machine.find()) {
            throw new MigrationException(
                    "'%s' does not answer as a QEMU does; install qemu-system-x86".formatted(program));
        }
        QemuProbe probe = QemuProbe.of(program, accelerator);
        return new Facts(
                "QEMU " + version.group(1),
                Integer.parseInt(version.group(2)),
                accelerator,
                machine.group(1),
                probe.machines(),
                probe.cpuModels(),
                probe.channels(),
                probe.compressedStreams());
    }

    private String output(String... arguments) {
        List<String> line = new ArrayList<>(List.of(program));
        line.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            process.waitFor();
            return text;
        } catch (IOException e) {
            throw new MigrationException(
                    "'%s' cannot be started: %s; install qemu-system-x86".formatted(program, e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationException("interrupted while asking " + program, e);
        }
    }

    /** Starts a VM with the state in a file; one that does not come up whole is ended. */
    public VirtualMachine startFromState(VmSpec spec, Devices devices, Path state) {
        QemuVirtualMachine machine = begin(spec, devices, true);
        try {
            machine.loadState(state, STATE_LIMIT);
            return machine;
        } catch (MigrationException e) {
            machine.kill();
            throw new MigrationException(
                    "VM %s cannot go on from its saved state: %s"
                            .formatted(spec.id(), lastLine(files(spec).output())),
                    e);
        }
    }

    private VmFiles files(VmSpec spec) {
        return VmFiles.of(directory, spec.id());
    }

    public VirtualMachine start(VmSpec spec, Devices devices, boolean incoming) {
        return begin(spec, devices, incoming);
    }

    private QemuVirtualMachine begin(VmSpec spec, Devices devices, boolean incoming) {
        VmFiles files = VmFiles.of(directory, spec.id());
        living(files).ifPresent(QemuProcesses::end);
        try {
            Files.createDirectories(files.directory());
            Files.deleteIfExists(files.monitor());
            Files.deleteIfExists(files.pid());
            List<String> line = new ArrayList<>(BEFORE_AGENTS);
            line.addAll(QemuCommandLine.of(program, spec, accelerator, devices, files, incoming));
            Process process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(files.output().toFile()))
                    .start();
            return new QemuVirtualMachine(
                    spec.id(), files, process.toHandle(), awaitMonitor(spec.id(), process, files), credentials);
        } catch (IOException e) {
            throw new MigrationException("VM %s could not be started: %s".formatted(spec.id(), e.getMessage()), e);
        }
    }

    private static QmpClient awaitMonitor(VmId vm, Process process, VmFiles files) {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (process.isAlive() && System.nanoTime() < end) {
            if (Files.exists(files.monitor())) {
                try {
                    return QmpClient.connect(files.monitor());
                } catch (IOException notYet) {
                    // The socket file exists a moment before QEMU listens on it.
                }
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        process.destroyForcibly();
        throw new MigrationException("VM %s did not come up; QEMU says: %s".formatted(vm, lastLine(files.output())));
    }

    private static String lastLine(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.isEmpty() ? "nothing" : lines.getLast();
        } catch (IOException e) {
            return "nothing (" + e.getMessage() + ")";
        }
    }

    /** What an earlier run left; a process that does not answer is of no use to anybody, and is ended. */
    public Optional<VirtualMachine> adopt(VmId vm) {
        VmFiles files = VmFiles.of(directory, vm);
        Optional<ProcessHandle> process = living(files);
        if (process.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new QemuVirtualMachine(vm, files, process.get(), QmpClient.connect(files.monitor()), credentials));
        } catch (IOException | MigrationException e) {
            log.warn("the process of VM {} does not answer and is ended: {}", vm, e.getMessage());
            end(process.get());
            return Optional.empty();
        }
    }

    private static Optional<ProcessHandle> living(VmFiles files) {
        try {
            long pid = Long.parseLong(Files.readString(files.pid()).strip());
            return runsFrom(pid, files) ? ProcessHandle.of(pid).filter(ProcessHandle::isAlive) : Optional.empty();
        } catch (IOException | NumberFormatException gone) {
            return Optional.empty();
        }
    }

    private static void end(ProcessHandle process) {
        process.destroyForcibly();
        awaitEnd(process, KILL_LIMIT);
    }

    /** Guards against a process id that now belongs to something else. */
    private static boolean runsFrom(long pid, VmFiles files) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/cmdline"))
                .contains(files.monitor().toString());
    }

    static void awaitEnd(ProcessHandle handle, Duration limit) {
        try {
            handle.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationException("interrupted while waiting for process " + handle.pid(), e);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new MigrationException(
                    "process %d did not end within %d s".formatted(handle.pid(), limit.toSeconds()), e);
        }
    }
}
