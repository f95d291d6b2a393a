package io.supercloud.migration.hypervisor;

import io.supercloud.core.VmId;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.internal.QemuProcesses;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** QEMU as it is packaged for the host, driven by QMP. */
public final class QemuHypervisor implements Hypervisor {
    private final Facts facts;
    private final QemuProcesses processes;
    private final Optional<StreamCredentials> credentials;

    /** As the other one, with memory streams in the clear. */
    public QemuHypervisor(String program, Path directory, Accelerator accelerator) {
        this(program, directory, accelerator, Optional.empty());
    }

    /**
     * @param program a QEMU system emulator, by path or by name
     * @param directory where each VM has a folder for its sockets and logs
     * @param accelerator what {@link AcceleratorProbe} found to work
     * @param credentials for memory streams, which go under TLS then and from no other host than the expected one
     */
    public QemuHypervisor(
            String program, Path directory, Accelerator accelerator, Optional<StreamCredentials> credentials) {
        this.credentials = credentials;
        this.processes = new QemuProcesses(program, directory, accelerator, credentials);
        this.facts = processes.facts();
    }

    @Override
    public Facts facts() {
        return facts;
    }

    @Override
    public Optional<Instant> trustedUntil() {
        return credentials.map(StreamCredentials::validUntil);
    }

    @Override
    public VirtualMachine start(VmSpec spec, Devices devices) {
        return processes.start(spec, devices, false);
    }

    @Override
    public VirtualMachine startIncoming(VmSpec spec, Devices devices) {
        return processes.start(spec, devices, true);
    }

    @Override
    public VirtualMachine startFromState(VmSpec spec, Devices devices, Path state) {
        return processes.startFromState(spec, devices, state);
    }

    @Override
    public Optional<VirtualMachine> adopt(VmId vm) {
        return processes.adopt(vm);
    }
}
