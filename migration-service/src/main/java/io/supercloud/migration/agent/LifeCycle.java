package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.VmId;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumePool;
import io.supercloud.migration.HostCall.CloneDisk;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.SavedState;
import io.supercloud.migration.VmRecord.Desired;
import io.supercloud.migration.hypervisor.VirtualMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a host does with a VM beside running and moving it. Called with the VM's lock held.
 *
 * <p>Each is safe against an end half-way, because one write decides: before it the VM is what it was, after it what it is to
 * be, and what is left over is removed by whoever comes next. For suspending and waking that write is the user's record of
 * the VM ({@link Wishes}), for a snapshot its record in the registry, which the manager writes last, and for a restore the
 * renaming of the disk's folder. A saved memory never outlives a boot of its VM: it would not fit the disk any more.
 */
final class LifeCycle {
    private static final Duration SAVE_LIMIT = Duration.ofMinutes(5);

    private final HostContext host;
    private final VolumePool volumes;

    LifeCycle(HostContext host) {
        this.host = host;
        this.volumes = host.volumes();
    }

    /** Stops the guest, or lets it go on; it stays so over moves and restarts of this agent by its record. */
    void pause(HostedVm vm, boolean paused) {
        VirtualMachine machine = vm.machine();
        vm.hold(paused);
        if (paused) {
            machine.pause();
        }
        vm.letRun();
        tell(vm.id(), paused ? "vm.paused" : "vm.continued", "VM %s %s", paused ? "stands still" : "goes on");
    }

    /**
     * Until the record says so, a failure lets the guest run on.
     *
     * @param next {@link Desired#SUSPENDED} or {@link Desired#ASLEEP}
     */
    SavedState suspend(HostedVm vm, Desired next) {
        String memory = VmVolumes.memory(vm.id());
        if (!vm.running() && MemoryVolume.exists(volumes, memory)) {
            vm.unplug();
            Wishes.note(host.registry(), vm.id(), next);
            return new SavedState(0, 0);
        }
        VirtualMachine machine = vm.machine();
        Volume disk = whole(vm.volume());
        Path file = stateFile(vm);
        long begin = host.tasks().nanoTime();
        long bytes;
        try {
            machine.saveState(file, SAVE_LIMIT);
            disk.seal();
            bytes = MemoryVolume.store(
                    volumes, memory, disk.name(), file, disk.state().epoch());
            Wishes.note(host.registry(), vm.id(), next);
        } catch (RuntimeException e) {
            volumes.delete(memory);
            vm.stay(((Role.Owning) vm.role()).owner());
            throw e;
        } finally {
            HostResources.remove(file);
        }
        vm.stop(true);
        Checkpoint.drop(host, vm.spec());
        String kind = next == Desired.ASLEEP ? "vm.asleep" : "vm.suspended";
        tell(vm.id(), kind, "VM %s is " + kind.substring(3) + ", its memory is on %s", host.me());
        return new SavedState(bytes, millisSince(begin));
    }

    /** Until the guest runs, a failure leaves the VM suspended. */
    void wake(HostedVm vm, Owner owner) {
        if (vm.running()) {
            pause(vm, false);
            return;
        }
        String memory = VmVolumes.memory(vm.id());
        Path file = stateFile(vm);
        try {
            MemoryVolume.extract(volumes, memory, file);
            vm.hold(false);
            vm.begin(owner, () -> {
                VirtualMachine machine = host.hypervisor().startFromState(vm.spec(), vm.devices(), file);
                noted(machine, vm.id());
                return machine;
            });
        } catch (MigrationException e) {
            vm.stop(true);
            throw new MigrationException(
                    "VM %s cannot go on from its saved memory: %s; 'supercloud vm resume %s --from-disk' boots it from its disk"
                            .formatted(vm.id(), e.getMessage(), vm.id()),
                    e);
        } finally {
            HostResources.remove(file);
        }
        volumes.delete(memory);
    }

    private void noted(VirtualMachine machine, VmId vm) {
        try {
            Wishes.note(host.registry(), vm, Desired.RUNNING);
        } catch (RuntimeException e) {
            machine.kill();
            throw e;
        }
    }

    /** The guest stands still while its memory is written and its disk is copied, which costs metadata alone. */
    SavedState snapshot(HostedVm vm, Owner owner, String name) {
        VmId id = vm.id();
        String disk = VmVolumes.snapshotDisk(id, name);
        String memory = VmVolumes.snapshotMemory(id, name);
        deleteSnapshot(id, name);
        try {
            if (vm.running()) {
                return ofRunning(vm, owner, disk, memory);
            }
            volumes.copy(VmVolumes.disk(id), disk, owner.epoch());
            if (!MemoryVolume.exists(volumes, VmVolumes.memory(id))) {
                return new SavedState(0, 0);
            }
            volumes.copy(VmVolumes.memory(id), memory, owner.epoch());
            return new SavedState(volumes.find(memory).map(Volume::sizeBytes).orElse(0L), 0);
        } catch (RuntimeException e) {
            deleteSnapshot(id, name);
            throw e;
        }
    }

    private SavedState ofRunning(HostedVm vm, Owner owner, String disk, String memory) {
        whole(vm.volume());
        Path file = stateFile(vm);
        try {
            long begin = host.tasks().nanoTime();
            try {
                vm.machine().saveState(file, SAVE_LIMIT);
                volumes.copy(VmVolumes.disk(vm.id()), disk, owner.epoch());
            } finally {
                vm.letRun();
            }
            double stopped = millisSince(begin);
            return new SavedState(MemoryVolume.store(volumes, memory, disk, file, owner.epoch()), stopped);
        } finally {
            HostResources.remove(file);
        }
    }

    /** What can fail for want of the snapshot fails before anything is given up. */
    Optional<Path> requireSnapshot(HostedVm vm, String name) {
        String memory = VmVolumes.snapshotMemory(vm.id(), name);
        if (!volumes.names().contains(VmVolumes.snapshotDisk(vm.id(), name))) {
            throw new MigrationException("host %s has no snapshot '%s' of VM %s".formatted(host.me(), name, vm.id()));
        }
        if (!MemoryVolume.exists(volumes, memory)) {
            return Optional.empty();
        }
        Path file = stateFile(vm);
        MemoryVolume.extract(volumes, memory, file);
        return Optional.of(file);
    }

    /** The VM does not run. It goes on from {@code state}; where the snapshot has none, it stays stopped. */
    void restore(HostedVm vm, Owner owner, String name, Optional<Path> state) {
        volumes.delete(VmVolumes.memory(vm.id()));
        Checkpoint.drop(host, vm.spec());
        volumes.replace(VmVolumes.disk(vm.id()), VmVolumes.snapshotDisk(vm.id(), name), owner.epoch());
        vm.hold(false);
        if (state.isPresent()) {
            vm.begin(owner, () -> host.hypervisor().startFromState(vm.spec(), vm.devices(), state.get()));
        }
        tell(vm.id(), "vm.restored", "VM %s is as it was at snapshot '%s'", name);
    }

    void deleteSnapshot(VmId vm, String name) {
        volumes.delete(VmVolumes.snapshotMemory(vm, name));
        volumes.delete(VmVolumes.snapshotDisk(vm, name));
    }

    /** A disk that an earlier try left is replaced; nobody runs from it. */
    void cloneDisk(CloneDisk call) {
        String origin = call.snapshot().isEmpty()
                ? VmVolumes.disk(call.from())
                : VmVolumes.snapshotDisk(call.from(), call.snapshot());
        volumes.find(origin).ifPresent(LifeCycle::whole);
        volumes.replace(VmVolumes.disk(call.to()), origin, call.epoch());
    }

    /** Fetches what is still at a former host, while the guest runs. */
    private static Volume whole(Volume volume) {
        if (volume.missingBlocks() > 0) {
            volume.prefetch(() -> true, (done, total) -> {});
        }
        return volume;
    }

    Path stateFile(HostedVm vm) {
        return vm.folder().resolve("state");
    }

    private double millisSince(long begin) {
        return (host.tasks().nanoTime() - begin) / 1e6;
    }

    private void tell(VmId vm, String kind, String sentence, Object detail) {
        host.tell(kind, vm.value(), sentence.formatted(vm, detail), Map.of());
    }
}
