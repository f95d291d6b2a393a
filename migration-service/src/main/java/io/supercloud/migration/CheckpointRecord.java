package io.supercloud.migration;

import io.supercloud.core.Registry;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall.HostFacts;
import java.time.Instant;
import java.util.Optional;

/**
 * The checkpoint that a VM can go on from when its host is lost: a mark in the journal of its disk, and its memory of the same instant as a
 * replicated volume. Written when both are durable elsewhere too, so what has no record is no checkpoint.
 *
 * @param spec what the VM was
 * @param slot the label of the mark, and the end of the volume's name
 * @param hypervisor whose form the memory has: {@code QEMU 10.0.2}
 * @param accelerator that it ran with
 * @param stoppedMillis for how long the guest stood still for it
 */
public record CheckpointRecord(
        VmSpec spec,
        String slot,
        String hypervisor,
        String accelerator,
        long memoryBytes,
        double stoppedMillis,
        Instant taken) {

    /** The last one of a VM. */
    public static Optional<CheckpointRecord> find(Registry registry, VmId vm) {
        return registry.read(Paths.checkpoint(vm)).map(entry -> Json.read(entry, CheckpointRecord.class));
    }

    /** Why a VM cannot go on from it at a host; empty where nothing is in the way. */
    public Optional<String> obstacle(VmSpec now, HostFacts host) {
        if (!spec.equals(now)) {
            return Optional.of("VM %s was changed since".formatted(now.id()));
        }
        if (!accelerator.equals(host.accelerator())) {
            return Optional.of("its memory ran with %s, host %s runs guests with %s"
                    .formatted(accelerator, host.host(), host.accelerator()));
        }
        if (HypervisorVersion.of(hypervisor).compareTo(HypervisorVersion.of(host)) > 0) {
            return Optional.of("its memory is of %s, newer than %s on host %s"
                    .formatted(hypervisor, host.hypervisor(), host.host()));
        }
        if (!host.guests().machines().contains(spec.machine())
                || !host.guests().cpuModels().contains(spec.cpuModel())) {
            return Optional.of(
                    "host %s cannot present a %s with a %s".formatted(host.host(), spec.machine(), spec.cpuModel()));
        }
        return Optional.empty();
    }
}
