package io.supercloud.migration.hypervisor;

import io.supercloud.core.VmId;
import io.supercloud.migration.VmSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Runs VMs on this host. A VM is started paused, whatever it is for: only who knows the owner resumes it. */
public interface Hypervisor {
    /** What it is and what it can do; found out once. */
    Facts facts();

    /** When the certificate ends with which memory streams prove who this host is; empty where they need not. */
    Optional<Instant> trustedUntil();

    /**
     * Starts a VM that will boot from its disk once resumed.
     *
     * @throws io.supercloud.migration.MigrationException where it does not come up; nothing is left running then
     */
    VirtualMachine start(VmSpec spec, Devices devices);

    /** Starts a VM that waits for the memory of another; see {@link VirtualMachine#listen}. */
    VirtualMachine startIncoming(VmSpec spec, Devices devices);

    /**
     * Starts a VM whose memory and devices are as {@link VirtualMachine#saveState} wrote them to {@code state}; its disk
     * must be as it was then. Blocks until all of it is loaded.
     *
     * @throws io.supercloud.migration.MigrationException where the file is damaged or of another specification; nothing is
     *     left running then
     */
    VirtualMachine startFromState(VmSpec spec, Devices devices, Path state);

    /** The VM that an earlier run of this process left running; empty where there is none. */
    Optional<VirtualMachine> adopt(VmId vm);

    /**
     * The host's ends of the VM's devices: the NBD socket that serves its disk, its export, and its tap.
     *
     * @param seed a disk image that the guest reads its first configuration from; the same bytes on every host
     */
    record Devices(Path nbdSocket, String export, String tap, Optional<Path> seed) {
        public Devices(Path nbdSocket, String export, String tap) {
            this(nbdSocket, export, tap, Optional.empty());
        }
    }

    /**
     * @param name for people: {@code QEMU 10.0.2}
     * @param majorVersion for the check that refuses unsound ones
     * @param machine the versioned machine type that a new VM gets here
     * @param machines all that there are, by name
     * @param cpuModels named models of which this host has every feature, so that a guest may be moved to it
     * @param channels connections beside the first over which memory may travel; 0: none
     * @param compressedStreams whether it may be compressed on its way
     */
    record Facts(
            String name,
            int majorVersion,
            Accelerator accelerator,
            String machine,
            List<String> machines,
            List<String> cpuModels,
            int channels,
            boolean compressedStreams) {}
}
