package io.supercloud.migration.hypervisor.internal;

import io.supercloud.core.VmId;
import java.nio.file.Path;

/** Where one VM's process keeps its files on a host. */
record VmFiles(Path directory) {
    static VmFiles of(Path hypervisorDirectory, VmId vm) {
        return new VmFiles(hypervisorDirectory.resolve(vm.value()));
    }

    Path pid() {
        return directory.resolve("pid");
    }

    Path monitor() {
        return directory.resolve("monitor.sock");
    }

    Path console() {
        return directory.resolve("console.sock");
    }

    Path consoleLog() {
        return directory.resolve("console.log");
    }

    Path output() {
        return directory.resolve("qemu.log");
    }
}
