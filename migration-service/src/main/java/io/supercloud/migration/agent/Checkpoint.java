package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.image.ImageStoreException;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumePool;
import io.supercloud.migration.CheckpointRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Paths;
import io.supercloud.migration.Restarted;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.Hypervisor;
import io.supercloud.migration.hypervisor.VirtualMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Memory and disk of one instant of a running guest, kept where the loss of its host does not take them along. The guest stands still while its memory is
 * saved to a file and the journal of its disk is marked; then the file becomes a replicated volume, while it runs.
 *
 * <p>There are two slots, of which the checkpoint that counts has one: the registry's record says which, and is written when the next one
 * is whole. What a try that ended half-way has left is in the other slot, and replaced by the next try.
 */
final class Checkpoint {
    private static final Logger log = LoggerFactory.getLogger(Checkpoint.class);
    private static final Duration SAVE_LIMIT = Duration.ofMinutes(5);

    private final HostContext host;
    private final HostedVm vm;
    private final String slot;
    private final String disk;
    private final String memory;

    private Checkpoint(HostContext host, HostedVm vm, String slot) {
        this.host = host;
        this.vm = vm;
        this.slot = slot;
        this.disk = VmVolumes.disk(vm.id());
        this.memory = VmVolumes.checkpoint(vm.id(), slot);
    }

    /** In the slot that the last one does not have. */
    static Checkpoint next(HostContext host, HostedVm vm) {
        Optional<CheckpointRecord> last = CheckpointRecord.find(host.registry(), vm.id());
        return new Checkpoint(host, vm, other(last.map(CheckpointRecord::slot).orElse("b")));
    }

    private static String other(String slot) {
        return slot.equals("a") ? "b" : "a";
    }

    /** A guest that stood still, and the process that it had. */
    private record Stop(VirtualMachine machine, Owner owner, Instant taken, double stoppedMillis) {}

    /** Takes it; empty where the VM does not run here just now, is about to leave, or was stopped meanwhile. */
    Optional<CheckpointRecord> take() {
        Path file = vm.folder().resolve("checkpoint");
        try {
            Optional<Stop> stop = underLock(() -> save(file));
            return stop.flatMap(instant -> kept(instant, file));
        } finally {
            HostResources.remove(file);
        }
    }

    /** Work with the VM's lock held. */
    @FunctionalInterface
    private interface Work<R> {
        R run();
    }

    private <R> R underLock(Work<R> work) {
        vm.lock().lock();
        try {
            return work.run();
        } finally {
            vm.lock().unlock();
        }
    }

    private Optional<Stop> save(Path file) {
        boolean rests = !vm.running() || vm.held() || vm.handingOver() || !vm.memoryWhole();
        if (rests || !(vm.role() instanceof Role.Owning(Owner owner))) {
            return Optional.empty();
        }
        VirtualMachine machine = vm.machine();
        long begin = host.tasks().nanoTime();
        try {
            machine.saveState(file, SAVE_LIMIT);
            host.volumes().mark(disk, slot);
        } finally {
            vm.letRun();
        }
        double stopped = (host.tasks().nanoTime() - begin) / 1e6;
        return Optional.of(new Stop(machine, owner, host.clock().instant(), stopped));
    }

    private Optional<CheckpointRecord> kept(Stop stop, Path file) {
        VolumePool volumes = host.volumes();
        volumes.discard(memory);
        long bytes = MemoryVolume.store(
                volumes,
                memory,
                disk,
                file,
                stop.owner().epoch(),
                vm.spec().protection().durability());
        volumes.delete(memory);
        Hypervisor.Facts facts = host.hypervisor().facts();
        CheckpointRecord record = new CheckpointRecord(
                vm.spec(), slot, facts.name(), facts.accelerator().name(), bytes, stop.stoppedMillis(), stop.taken());
        boolean counts = underLock(() -> counts(stop, record));
        clear(host, vm.id(), counts ? other(slot) : slot);
        return counts ? Optional.of(record) : Optional.empty();
    }

    /** A guest that was stopped or booted since does not go back behind that. */
    private boolean counts(Stop stop, CheckpointRecord record) {
        boolean same = vm.minds(stop.machine()) && vm.role().equals(new Role.Owning(stop.owner()));
        if (same) {
            Registry registry = host.registry();
            String path = Paths.checkpoint(vm.id());
            Optional<Registry.Entry> last = registry.read(path);
            if (last.isPresent()) {
                registry.replace(last.get(), Json.write(record));
            } else {
                registry.create(path, Json.write(record));
            }
        }
        return same;
    }

    private static void clear(HostContext host, VmId vm, String slot) {
        host.volumes().unmark(VmVolumes.disk(vm), slot);
        host.volumes().discard(VmVolumes.checkpoint(vm, slot));
    }

    /** The VM goes on without it: from its disk, or not at all. What cannot be removed now is replaced by the next one. */
    static void drop(HostContext host, VmSpec spec) {
        if (spec.protection().resumes()) {
            drop(host, spec.id());
        }
    }

    /** As the other one, of a VM that is removed. */
    static void drop(HostContext host, VmId vm) {
        try {
            Optional<Registry.Entry> last = host.registry().read(Paths.checkpoint(vm));
            if (last.isPresent()) {
                host.registry().delete(last.get());
                clear(host, vm, "a");
                clear(host, vm, "b");
            }
        } catch (RegistryException | ImageStoreException e) {
            log.warn("the checkpoint of VM {} is not removed: {}", vm, e.getMessage());
        }
    }

    /** Lets the VM go on from a checkpoint, or boots it from its disk with every acknowledged write. Called with its lock held. */
    static Restarted resume(HostContext host, HostedVm vm, Owner owner, CheckpointRecord record) {
        Checkpoint checkpoint = new Checkpoint(host, vm, record.slot());
        try {
            checkpoint.goOn(owner, record);
            return Restarted.RESUMED;
        } catch (RegistryException e) {
            throw e;
        } catch (SupercloudException e) {
            log.warn("VM {} does not go on from its checkpoint: {}", vm.id(), e.getMessage());
            vm.boot(owner);
            return Restarted.booted(e.getMessage());
        }
    }

    /** What can fail for want of the memory fails before the disk is touched. */
    private void goOn(Owner owner, CheckpointRecord record) {
        record.obstacle(vm.spec(), HostResources.describe(host)).ifPresent(obstacle -> {
            throw new MigrationException(obstacle);
        });
        vm.become(new Role.Owning(owner));
        VolumePool volumes = host.volumes();
        Path file = vm.folder().resolve("checkpoint");
        try {
            if (volumes.recover(memory, owner.epoch()).isEmpty()) {
                throw new MigrationException("its memory is not kept any more");
            }
            MemoryVolume.extract(volumes, memory, file);
            runFrom(
                    owner,
                    file,
                    volumes.recover(disk, owner.epoch(), Optional.of(slot))
                            .orElseThrow(() -> new MigrationException("its disk is not kept any more")));
        } finally {
            HostResources.remove(file);
            volumes.delete(memory);
        }
    }

    private void runFrom(Owner owner, Path file, Volume before) {
        try {
            vm.hold(false);
            vm.begin(owner, () -> before, () -> host.hypervisor().startFromState(vm.spec(), vm.devices(), file));
        } catch (SupercloudException e) {
            vm.stop(true);
            host.volumes().undoRecovery(disk, owner.epoch());
            throw e;
        }
    }
}
