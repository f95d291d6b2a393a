package io.supercloud.migration.hypervisor.internal;

import io.supercloud.core.VmId;
import java.nio.file.Path;

/** Where one VM's process keeps its files on a host. */
public record VmFiles(Path directory) {
    public static VmFiles of(Path hypervisorDirectory, VmId vm) {
        return new VmFiles(hypervisorDirectory.resolve(vm.value()));
    }

    public Path pid() {
        return directory.resolve("pid");
    }

    public Path monitor() {
        return directory.resolve("monitor.sock");
    }

    public Path console() {
        return directory.resolve("console.sock");
    }

    public Path consoleLog() {
        return directory.resolve("console.log");
    }

    public Path output() {
        return directory.resolve("qemu.log");
    }
}
