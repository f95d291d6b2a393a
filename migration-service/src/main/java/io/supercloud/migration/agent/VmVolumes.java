package io.supercloud.migration.agent;

import io.supercloud.core.Names;
import io.supercloud.core.VmId;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumePool;
import io.supercloud.image.VolumeState;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.RemoteVolume;
import io.supercloud.migration.VmSpec;
import java.util.Optional;

/** What the volumes of a VM are called: {@code web}, {@code web.memory}, {@code web.before.disk}, {@code web.before.memory}. */
final class VmVolumes {
    private VmVolumes() {}

    static String disk(VmId vm) {
        return vm.value();
    }

    /** The memory of a suspended VM. */
    static String memory(VmId vm) {
        return vm + ".memory";
    }

    static String snapshotDisk(VmId vm, String snapshot) {
        return vm + "." + Names.require("snapshot", snapshot) + ".disk";
    }

    static String snapshotMemory(VmId vm, String snapshot) {
        return vm + "." + Names.require("snapshot", snapshot) + ".memory";
    }

    /** The disk, made from the image where there is none and as large as the specification says, taking writes. */
    static Volume open(VolumePool volumes, VmSpec spec, long epoch) {
        String name = disk(spec.id());
        Optional<Volume> known = volumes.find(name);
        if (known.isEmpty()) {
            return volumes.create(name, spec.image(), spec.diskBytes(), epoch);
        }
        volumes.grow(name, Math.max(spec.diskBytes(), known.get().sizeBytes()));
        Volume volume = volumes.open(name, epoch);
        if (volume.state() instanceof VolumeState.Sealed) {
            volume.unseal();
        }
        return volume;
    }

    /** The disk that waits for a move's last changes. */
    static Volume standby(HostContext host, MoveOrder order) {
        return host.volumes()
                .standby(
                        disk(order.vm()),
                        host.hosts().of(order.source()).call(new HostCall.DescribeVolume(order.vm())),
                        order.after().epoch(),
                        new RemoteVolume(host.hosts(), order.source(), order.vm()));
    }

    /** Deletes all that a VM has beside its disk. */
    static void deleteExtras(VolumePool volumes, VmId vm) {
        volumes.names().stream().filter(name -> name.startsWith(vm + ".")).forEach(volumes::delete);
    }
}
