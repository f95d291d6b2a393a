package io.supercloud.migration.agent;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.core.RegistryException;
import io.supercloud.core.SupercloudException;
import io.supercloud.migration.HostCall.VmPart;
import io.supercloud.migration.Json;
import io.supercloud.migration.Paths;
import io.supercloud.migration.PortRecord;
import io.supercloud.migration.RemoteVolume;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.hypervisor.VirtualMachine.Rest;
import io.supercloud.migration.hypervisor.VirtualMachine.RunState;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a VM of an earlier run of this agent to what its owner record says: the one source of truth. Called with the VM's
 * lock held, before the agent answers calls.
 */
final class Recovery {
    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final HostContext host;

    Recovery(HostContext host) {
        this.host = host;
    }

    /** Whether it is as it must be; where something did not answer (the registry, the switch), it is to be tried again. */
    boolean recovered(HostedVm vm) {
        try {
            Optional<Owner> owner = host.owners().find(vm.id().value());
            if (owner.isEmpty()) {
                endCopy(vm);
                vm.forget(VmVolumes.all(host.volumes(), vm.id()));
                Checkpoint.drop(host, vm.id());
                host.volumes().discard(VmVolumes.disk(vm.id()));
            } else if (owner.get().host().equals(host.me())) {
                goOn(vm, owner.get());
            } else if (!sendsRest(vm, owner.get())) {
                notMine(vm, owner.get());
            }
            return true;
        } catch (RegistryException e) {
            log.warn("VM {} is not recovered yet: {}", vm.id(), e.getMessage());
            return false;
        } catch (SupercloudException e) {
            log.error("VM {} could not be recovered, which is tried again: {}", vm.id(), e.getMessage());
            return false;
        }
    }

    /**
     * Removes what a move has left here of which nobody could tell this host that it is over. The port's record tells: it
     * rests then. Returns whether nothing is left to be done.
     */
    boolean tidied(HostedVm vm) {
        try {
            Optional<Owner> owner = host.owners().find(vm.id().value());
            boolean over = host.registry()
                    .read(Paths.port(vm.id().value()))
                    .filter(entry -> !Json.read(entry, PortRecord.class).moves(host.me()))
                    .isPresent();
            if (vm.lingers()
                    && over
                    && owner.filter(other -> !other.host().equals(host.me())).isPresent()) {
                log.info("VM {}: what a move has left on {} is removed", vm.id(), host.me());
                notMine(vm, owner.get());
            }
            return true;
        } catch (SupercloudException e) {
            log.warn("VM {}: what a move has left is not removed yet: {}", vm.id(), e.getMessage());
            return false;
        }
    }

    private void goOn(HostedVm vm, Owner owner) {
        Optional<HostId> former = formerHost(vm);
        host.owners().fence(vm.id().value(), owner);
        vm.reopenVolume(owner.epoch(), former.map(from -> new RemoteVolume(host.hosts(), from, vm.id(), VmPart.DISK)));
        if (wanted(vm)) {
            runOn(vm, owner, former);
        } else {
            endCopy(vm);
            vm.closeExport();
            vm.unplugTap();
            vm.become(new Role.Owning(owner));
        }
        if (former.isPresent()) {
            host.tasks().start("hydrate " + vm.id(), () -> TargetSide.hydrate(vm.volume()));
        }
    }

    private void runOn(HostedVm vm, Owner owner, Optional<HostId> former) {
        vm.exportDisk();
        boolean adopted = vm.adopt() && vm.machine().runState() != RunState.AWAITING_STREAM && !gaveAway(vm, former);
        if (adopted) {
            vm.dropMemory();
            vm.plug();
            vm.machine().cancelStream();
            vm.letRun();
            vm.become(new Role.Owning(owner));
            vm.watchExit();
            former.ifPresent(source -> new ArrivingVm(host, vm).awaitRest(source));
        } else {
            vm.killProcess();
            vm.boot(owner);
        }
        log.info("VM {} recovered on {} ({})", vm.id(), host.me(), adopted ? "still running" : "booted from its disk");
    }

    /** As the source of a post-copy whose owner change did not happen: its stream could not be ended any more. */
    private static boolean gaveAway(HostedVm vm, Optional<HostId> former) {
        return former.isEmpty() && vm.machine().restOfMemory() != Rest.NONE;
    }

    /** Where the blocks are that a move did not bring along yet: told by the port's record until the move has settled. */
    private Optional<HostId> formerHost(HostedVm vm) {
        return host.registry()
                .read(Paths.port(vm.id().value()))
                .flatMap(entry -> Json.read(entry, PortRecord.class).moveFrom())
                .filter(from -> !from.equals(host.me()));
    }

    /** A VM that was to be suspended, and whose memory is not here, was not. */
    private boolean wanted(HostedVm vm) {
        VmRecord.Desired desired = Wishes.of(host.registry(), vm.id());
        vm.hold(desired == VmRecord.Desired.PAUSED);
        return desired.hasProcess()
                || desired.hasSavedMemory() && !MemoryVolume.exists(host.volumes(), VmVolumes.memory(vm.id()));
    }

    /** Here before the owner changed, or the target of a move whose source has not switched: only the disk may stay. */
    private void notMine(HostedVm vm, Owner owner) {
        switch (vm.role()) {
            case Role.Arriving ignored -> forgetArrival(vm, owner);
            case Role.Owning ignored -> left(vm, owner);
            case Role.Left ignored -> left(vm, owner);
        }
    }

    /** The source may be about to give the VM to this host, which has nothing of it any more: that is prevented first. */
    private void forgetArrival(HostedVm vm, Owner owner) {
        if (host.owners().fence(vm.id().value(), owner)) {
            endCopy(vm);
            vm.forget(VmVolumes.moving(vm.id()));
        } else {
            recovered(vm);
        }
    }

    private static void left(HostedVm vm, Owner owner) {
        endCopy(vm);
        vm.leave(owner);
        vm.unplugTap();
    }

    /** Whether a process is kept here because it still has memory that the guest needs elsewhere. */
    private boolean sendsRest(HostedVm vm, Owner owner) {
        if (vm.role() instanceof Role.Arriving || !vm.adopt() || vm.machine().restOfMemory() == Rest.NONE) {
            return false;
        }
        vm.retire(owner);
        RestSender rest = new RestSender(host, vm, vm.machine(), owner);
        host.tasks().start("rest of " + vm.id(), () -> {
            rest.send();
            ended(vm, owner);
        });
        return true;
    }

    private static void ended(HostedVm vm, Owner owner) {
        vm.lock().lock();
        try {
            if (vm.role().leftTo(owner)) {
                vm.leave(owner);
                vm.unplugTap();
            }
        } finally {
            vm.lock().unlock();
        }
    }

    private static void endCopy(HostedVm vm) {
        if (vm.adopt()) {
            vm.killProcess();
        }
    }
}
