package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.SupercloudException;
import io.supercloud.image.Seal;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeState;
import io.supercloud.migration.HostCall.Armed;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.Resumed;
import io.supercloud.migration.HostCall.VmPart;
import io.supercloud.migration.HostCall.VolumeProgress;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.RemoteVolume;
import io.supercloud.migration.hypervisor.StreamShape;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target's side of a move: steps 2 to 4, and its part of 6 to 8, whatever there is of the VM to be moved. Called with the
 * VM's lock held.
 */
abstract class TargetSide {
    private static final Logger log = LoggerFactory.getLogger(TargetSide.class);
    static final Duration WARM_LIMIT = Duration.ofSeconds(10);
    private static final Duration FLOWS_LIMIT = Duration.ofSeconds(10);

    final HostContext host;
    final HostedVm vm;

    TargetSide(HostContext host, HostedVm vm) {
        this.host = host;
        this.vm = vm;
    }

    static TargetSide of(HostContext host, HostedVm vm, MoveOrder order) {
        return switch (order.manner().kind()) {
            case LIVE -> new ArrivingVm(host, vm);
            case SUSPENDED, COLD -> new ArrivingVolumes(host, vm);
        };
    }

    /** Makes what step 2 says; it may fail half-way. */
    abstract void makePlace(MoveOrder order);

    /** One round of step 3, of at most {@link #WARM_LIMIT}; complete where the next step may begin. */
    abstract VolumeProgress warm(MoveOrder order);

    /** @param stream what a process has to listen for */
    abstract Armed arm(MoveOrder order, StreamShape stream);

    /** After the owner change: the VM goes on here as it was there. Idempotent. */
    abstract Resumed resume(MoveOrder order);

    final void reserve(MoveOrder order) {
        if (!arriving(order)) {
            vm.become(new Role.Arriving(order));
            makePlace(order);
        }
    }

    final void awaitStagedFlows() {
        host.topology()
                .await(
                        topology -> topology.ports().stream()
                                .anyMatch(port -> port.id().equals(vm.port())
                                        && port.staged()
                                                .filter(host.me()::equals)
                                                .isPresent()),
                        FLOWS_LIMIT,
                        "%s staged at %s".formatted(vm.id(), host.me()));
    }

    /** A memory that is not whole here must not become this host's: its source is about to delete it. */
    final void openVolume(MoveOrder order, VmPart part, Seal seal) {
        require(order);
        Volume volume = vm.volume(part);
        volume.open(seal);
        if (part == VmPart.MEMORY) {
            volume.dropSource();
        }
    }

    /** A VM that was stopped since it arrived fetches the rest of its disk as well. */
    final VolumeProgress hydrated(MoveOrder order) {
        if (vm.openVolume().isEmpty() && owning(order)) {
            vm.reopenVolume(
                    order.after().epoch(),
                    Optional.of(new RemoteVolume(host.hosts(), order.source(), vm.id(), VmPart.DISK)));
            startHydration();
        }
        Volume volume = vm.volume();
        if (volume.hydrated()) {
            volume.dropSource();
        }
        return new VolumeProgress(
                volume.missingBlocks(), volume.bytesFetched(), volume.missingBlocks() == 0 && vm.memoryWhole());
    }

    /** Undoes {@link #reserve} and all that followed; the owner has not changed. */
    final void abandon(MoveOrder order) {
        if (arriving(order)) {
            vm.forget(VmVolumes.moving(vm.id()));
        }
    }

    final boolean owning(MoveOrder order) {
        return vm.role() instanceof Role.Owning(Owner owner) && owner.equals(order.after());
    }

    private boolean arriving(MoveOrder order) {
        return vm.role() instanceof Role.Arriving(MoveOrder known) && known.equals(order);
    }

    final void require(MoveOrder order) {
        if (!arriving(order)) {
            throw new MigrationException("host %s did not reserve anything for move %s of VM %s"
                    .formatted(host.me(), order.move(), vm.id()));
        }
    }

    final void startHydration() {
        Volume disk = vm.volume();
        host.tasks().start("hydration of " + vm.id(), () -> hydrate(disk));
    }

    /** Gets what a recovered disk still lacks, in the background. */
    static void hydrateLacking(HostContext host, Volume volume) {
        if (volume.missingBlocks() > 0) {
            host.tasks().start("hydration of " + volume.name(), () -> hydrate(volume));
        }
    }

    static void hydrate(Volume volume) {
        try {
            volume.prefetch(() -> volume.state() instanceof VolumeState.Open, (done, total) -> {});
        } catch (SupercloudException e) {
            log.warn("hydration of {} paused: {}", volume.name(), e.getMessage());
        }
    }

    /** How fast the rest of a disk comes from now on, in bytes a second. */
    static VolumeProgress pace(Volume disk, long bytesPerSecond) {
        disk.limitPrefetch(bytesPerSecond);
        return progress(disk);
    }

    static VolumeProgress progress(Volume volume) {
        return new VolumeProgress(volume.missingBlocks(), volume.bytesFetched(), volume.missingBlocks() == 0);
    }
}
