package io.supercloud.migration.agent;

import io.supercloud.image.Volume;
import io.supercloud.migration.HostCall.Armed;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.Resumed;
import io.supercloud.migration.HostCall.VmPart;
import io.supercloud.migration.HostCall.VolumeProgress;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.hypervisor.StreamShape;
import java.util.Map;

/** The target's side of the move of a VM without a process: nothing but volumes arrives. */
final class ArrivingVolumes extends TargetSide {

    ArrivingVolumes(HostContext host, HostedVm vm) {
        super(host, vm);
    }

    /** A memory that is here is not this VM's any more, whatever has left it. */
    @Override
    void makePlace(MoveOrder order) {
        vm.dropMemory();
        vm.openStandby(order);
        if (order.manner().kind() == Kind.SUSPENDED) {
            VmVolumes.standby(host, order, VmPart.MEMORY);
        }
    }

    /** The memory has to be here whole: it is gone from its source when the owner has changed. */
    @Override
    VolumeProgress warm(MoveOrder order) {
        require(order);
        Volume disk = vm.volume();
        long end = host.tasks().nanoTime() + WARM_LIMIT.toNanos();
        long memoryLacks = 0;
        if (order.manner().kind() == Kind.SUSPENDED) {
            memoryLacks = fetched(vm.volume(VmPart.MEMORY), end);
        }
        long diskLacks = fetched(disk, end);
        return new VolumeProgress(memoryLacks + diskLacks, disk.bytesFetched(), memoryLacks == 0);
    }

    /** How many blocks are lacking when the time is over. */
    private long fetched(Volume volume, long endNanos) {
        if (volume.catchUp() > 0) {
            volume.prefetch(() -> host.tasks().nanoTime() < endNanos, (done, total) -> {});
        }
        return volume.missingBlocks();
    }

    @Override
    Armed arm(MoveOrder order, StreamShape stream) {
        require(order);
        awaitStagedFlows();
        return new Armed(host.underlay(), 0, StreamShape.SINGLE);
    }

    /** It rests here as it rested there. */
    @Override
    Resumed resume(MoveOrder order) {
        if (!owning(order)) {
            require(order);
            vm.become(new Role.Owning(order.after()));
            host.tell(
                    "vm.arrived",
                    vm.id().value(),
                    "VM %s rests on %s at epoch %d"
                            .formatted(vm.id(), host.me(), order.after().epoch()),
                    Map.of("move", order.move().value()));
            startHydration();
        }
        return new Resumed(0);
    }
}
