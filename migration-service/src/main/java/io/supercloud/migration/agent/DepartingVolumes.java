package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeState;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.SwitchTimes;
import io.supercloud.migration.HostCall.TransferStatus;
import io.supercloud.migration.HostCall.VmPart;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.StreamFigures;
import java.time.Duration;

/** The source's side of the move of a VM without a process: its volumes are handed over, and nobody waits meanwhile. */
final class DepartingVolumes extends SourceSide {
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(10);

    private long memoryBytes;

    DepartingVolumes(HostContext host, HostedVm vm, MoveOrder order) {
        super(host, vm, order);
    }

    @Override
    void switchOver(Registry.Entry held) {
        if (vm.running()) {
            throw new MigrationException("VM %s runs: its order was made while it did not".formatted(vm.id()));
        }
        if (order.manner().kind() == Kind.SUSPENDED) {
            memoryBytes = open(VmPart.MEMORY).stats().liveBytes();
            handOver(VmPart.MEMORY);
        }
        handOver(VmPart.DISK);
        long handed = host.tasks().nanoTime();
        changeOwner(held);
        arrived(handed);
    }

    private void handOver(VmPart part) {
        peer().call(new HostCall.OpenVolume(order, part, open(part).seal()), OPEN_LIMIT);
    }

    private Volume open(VmPart part) {
        return host.volumes().open(VmVolumes.of(vm.id(), part), order.before().epoch());
    }

    private void arrived(long handed) {
        long owned = host.tasks().nanoTime();
        resumeThere();
        long resumed = host.tasks().nanoTime();
        leave();
        become(new TransferStatus.Switched(
                new SwitchTimes(0, 0, 0, millis(begin, handed), millis(handed, owned), millis(owned, resumed), 0, 0),
                memoryBytes,
                StreamFigures.NONE));
    }

    /** Unless the VM is on its way back. */
    private void leave() {
        vm.lock().lock();
        try {
            if (vm.role() instanceof Role.Owning(Owner owner) && owner.equals(order.before())) {
                vm.leave(order.after());
            }
        } finally {
            vm.lock().unlock();
        }
    }

    @Override
    void arrivedAfterAll() {
        arrived(host.tasks().nanoTime());
    }

    /** Only the disk has to take writes again; the memory is not written to, in whatever state it is. */
    @Override
    void stay() {
        Volume disk = open(VmPart.DISK);
        if (disk.state() instanceof VolumeState.Sealed) {
            disk.unseal();
        }
    }

    /** Nothing that it waits for takes long. */
    @Override
    void interrupt() {}
}
