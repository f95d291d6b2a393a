package io.supercloud.app.cli;

import io.supercloud.app.agent.AgentProcess;
import io.supercloud.core.SupercloudException;
import io.supercloud.migration.hypervisor.Accelerator;
import io.supercloud.migration.hypervisor.AcceleratorProbe;
import io.supercloud.migration.hypervisor.Hypervisor;
import io.supercloud.migration.hypervisor.QemuHypervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The checks of {@code supercloud doctor}. */
final class Doctor {
    private static final int SOUND_QEMU_MAJOR = 9;
    private static final List<Program> PROGRAMS = List.of(
            new Program("ovs-vswitchd", "openvswitch-switch"),
            new Program("sshd", "openssh-server"),
            new Program("ip", "iproute2"),
            new Program("ethtool", "ethtool"),
            new Program("gcc", "gcc"),
            new Program("busybox", "busybox-static"));

    private record Program(String name, String debianPackage) {}

    /** @param mend the exact command; empty where the check is sound */
    record Finding(String check, boolean sound, String found, String mend) {}

    private Doctor() {}

    static List<Finding> examine(Path probe) {
        List<Finding> findings = new ArrayList<>();
        findings.add(root());
        for (Program program : PROGRAMS) {
            findings.add(program(program));
        }
        findings.add(qemu());
        findings.add(accelerator(probe));
        findings.add(memory());
        return findings;
    }

    private static Finding root() {
        boolean root = "root".equals(System.getProperty("user.name"));
        return new Finding(
                "user",
                root,
                System.getProperty("user.name"),
                root ? "" : "sudo ./supercloud ... (local clouds make network namespaces)");
    }

    private static Finding program(Program program) {
        for (String folder : List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin", "/usr/local/sbin")) {
            Path file = Path.of(folder, program.name());
            if (Files.isExecutable(file)) {
                return new Finding(program.name(), true, file.toString(), "");
            }
        }
        return new Finding(program.name(), false, "not installed", "apt-get install " + program.debianPackage());
    }

    private static Finding qemu() {
        try {
            Hypervisor.Facts facts =
                    new QemuHypervisor(AgentProcess.QEMU, Path.of("/nonexistent"), Accelerator.TCG).facts();
            boolean sound = facts.majorVersion() >= SOUND_QEMU_MAJOR;
            return new Finding(
                    "hypervisor",
                    sound,
                    facts.name() + (sound ? "" : ", which loses guest memory in live migration without KVM"),
                    sound
                            ? ""
                            : "bin/setup (installs QEMU %d or newer from the backports)".formatted(SOUND_QEMU_MAJOR));
        } catch (SupercloudException e) {
            return new Finding("hypervisor", false, e.getMessage(), "bin/setup");
        }
    }

    private static Finding accelerator(Path probe) {
        Path kernel = probe.resolve("vmlinuz");
        if (!Files.exists(kernel)) {
            return new Finding("accelerator", false, "the probe guest is not built", "make build");
        }
        Accelerator found =
                AcceleratorProbe.probe(AgentProcess.QEMU, kernel, probe.resolve("initrd"), AcceleratorProbe.LIMIT);
        return new Finding(
                "accelerator",
                true,
                switch (found) {
                    case KVM -> "KVM: a probe guest booted with it";
                    case TCG ->
                        Files.exists(Path.of("/dev/kvm"))
                                ? "TCG: /dev/kvm is there, but no guest boots with it"
                                : "TCG: there is no /dev/kvm";
                },
                "");
    }

    private static Finding memory() {
        try {
            long mebibytes = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(0);
            boolean enough = mebibytes >= 3_000;
            return new Finding(
                    "memory", enough, mebibytes + " MiB free", enough ? "" : "free 3000 MiB for three local hosts");
        } catch (IOException e) {
            return new Finding("memory", false, e.getMessage(), "mount -t proc proc /proc");
        }
    }
}
