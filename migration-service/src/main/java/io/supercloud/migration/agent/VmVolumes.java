package io.supercloud.migration.agent;

import io.supercloud.core.Names;
import io.supercloud.core.VmId;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumePool;
import io.supercloud.image.VolumeState;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.VmPart;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.RemoteVolume;
import io.supercloud.migration.VmSpec;
import java.util.List;
import java.util.Optional;

/**
 * What the volumes of a VM are called: {@code web}, {@code web.memory}, {@code web.checkpoint-a}, {@code web.before.disk}, {@code
 * web.before.memory}.
 */
final class VmVolumes {
    private VmVolumes() {}

    /** A volume that need not be open. */
    static Volume require(HostContext host, VmId vm, VmPart part) {
        String name = of(vm, part);
        return host.volumes()
                .find(name)
                .orElseThrow(() -> new MigrationException("host %s has no volume %s".formatted(host.me(), name)));
    }

    static String disk(VmId vm) {
        return vm.value();
    }

    /** The memory of a suspended VM. */
    static String memory(VmId vm) {
        return vm + ".memory";
    }

    /** The memory of a checkpoint, whose disk is a mark in the journal of the disk. */
    static String checkpoint(VmId vm, String slot) {
        return vm + ".checkpoint-" + slot;
    }

    static String of(VmId vm, VmPart part) {
        return switch (part) {
            case DISK -> disk(vm);
            case MEMORY -> memory(vm);
        };
    }

    static String snapshotDisk(VmId vm, String snapshot) {
        return vm + "." + Names.require("snapshot", snapshot) + ".disk";
    }

    static String snapshotMemory(VmId vm, String snapshot) {
        return vm + "." + Names.require("snapshot", snapshot) + ".memory";
    }

    /**
     * The disk, taking writes: recovered where it was at a host that is lost, with what a standby copy here has of it; made from the image where there is none, and as
     * large as the specification says.
     */
    static Volume open(VolumePool volumes, VmSpec spec, long epoch) {
        String name = disk(spec.id());
        Optional<Volume> known = volumes.find(name);
        boolean standby = known.filter(VmVolumes::isStandby).isPresent();
        if (known.isEmpty() || standby) {
            known = volumes.recover(name, epoch);
            if (known.isEmpty() && standby) {
                throw new MigrationException(
                        "the copy of disk %s here is behind the lost one, which was on its host alone".formatted(name));
            }
            if (known.isEmpty()) {
                return volumes.create(
                        name,
                        spec.image(),
                        spec.diskBytes(),
                        epoch,
                        spec.protection().durability());
            }
            if (known.get().sizeBytes() >= spec.diskBytes()) {
                return known.get();
            }
        }
        volumes.grow(name, Math.max(spec.diskBytes(), known.get().sizeBytes()));
        Volume volume = volumes.open(name, epoch);
        if (volume.state() instanceof VolumeState.Sealed) {
            volume.unseal();
        }
        return volume;
    }

    /** Whether it is a copy that follows one elsewhere: its owner has not opened it. */
    static boolean isStandby(Volume volume) {
        return volume.state() instanceof VolumeState.Standby;
    }

    /** A volume that waits for a move's last changes. */
    static Volume standby(HostContext host, MoveOrder order, VmPart part) {
        return host.volumes()
                .standby(
                        of(order.vm(), part),
                        host.hosts().of(order.source()).call(new HostCall.DescribeVolume(order.vm(), part)),
                        order.after().epoch(),
                        new RemoteVolume(host.hosts(), order.source(), order.vm(), part));
    }

    /** All that a host may have of a VM, its snapshots too. */
    static List<String> all(VolumePool volumes, VmId vm) {
        return volumes.names().stream()
                .filter(name -> name.equals(disk(vm)) || name.startsWith(vm + "."))
                .toList();
    }

    /** What a move brings to a host. */
    static List<String> moving(VmId vm) {
        return List.of(disk(vm), memory(vm));
    }
}
