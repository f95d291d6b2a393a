package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.Tasks;
import io.supercloud.core.VmId;
import io.supercloud.image.DiskServer;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeState;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.VmPart;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.RemoteVolume;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.Hypervisor;
import io.supercloud.migration.hypervisor.VirtualMachine;
import io.supercloud.migration.hypervisor.VirtualMachine.Rest;
import io.supercloud.overlay.sdn.Attachment;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.overlay.sdn.PortId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one VM has on this host: its role, volume, disk export, tap and process. Guarded by its lock. */
final class HostedVm {
    private static final Logger log = LoggerFactory.getLogger(HostedVm.class);
    private static final Duration FLOWS_LIMIT = Duration.ofSeconds(20);
    private static final Duration SHUT_DOWN_LIMIT = Duration.ofSeconds(15);

    private final HostContext host;
    private final VmSpec spec;
    /** Signalled when the process has ended. */
    private final Tasks.Mutex lock;

    private volatile Role role;
    private Volume volume;
    private DiskServer.Export export;
    private String tap;
    private VirtualMachine machine;
    private volatile boolean memoryWhole = true;

    private boolean stopping;
    private boolean handingOver;
    /** The user wants the guest to stand still. */
    private boolean held;

    HostedVm(HostContext host, VmSpec spec, Role role) {
        this.host = host;
        this.lock = host.tasks().newMutex();
        this.spec = spec;
        this.role = role;
    }

    VmId id() {
        return spec.id();
    }

    VmSpec spec() {
        return spec;
    }

    Tasks.Mutex lock() {
        return lock;
    }

    Role role() {
        return role;
    }

    /** The open volume; throws where this host has none of the VM. */
    Volume volume() {
        if (volume == null) {
            throw new MigrationException("host %s has no open volume of VM %s".formatted(host.me(), spec.id()));
        }
        return volume;
    }

    /** As {@link #volume()}; a VM that does not run has volumes that nobody has opened. */
    Volume volume(VmPart part) {
        return part == VmPart.DISK && volume != null ? volume : VmVolumes.require(host, spec.id(), part);
    }

    Optional<Volume> openVolume() {
        return Optional.ofNullable(volume);
    }

    /** Whether something may be left of a move, to be removed when the move is over. */
    boolean lingers() {
        return role instanceof Role.Arriving || (role instanceof Role.Left && tap != null);
    }

    VirtualMachine machine() {
        if (machine == null || !machine.alive()) {
            throw new MigrationException("VM %s does not run on host %s".formatted(spec.id(), host.me()));
        }
        return machine;
    }

    boolean running() {
        return machine != null && machine.alive();
    }

    boolean held() {
        return held;
    }

    void hold(boolean still) {
        held = still;
    }

    /** The guest goes on, unless its user has paused it. */
    void letRun() {
        if (!held) {
            machine().resume();
        }
    }

    /** Takes a role durably. */
    void become(Role next) {
        RoleFile.of(spec, next).write(host.directory());
        role = next;
    }

    /**
     * The VM runs here now. The file is written later: a restarted agent finds the owner record, which says the same.
     */
    void arrived(Owner owner) {
        role = new Role.Owning(owner);
        watchExit();
        host.tasks().start("role of " + spec.id(), () -> writeRole(role));
    }

    private void writeRole(Role arrived) {
        lock.lock();
        try {
            if (role == arrived) {
                become(arrived);
            }
        } catch (MigrationException e) {
            log.error("VM {}: {}", spec.id(), e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    /** While its transfer runs, the transfer sees to the VM when its process dies. */
    void handOver(boolean begins) {
        lock.lock();
        try {
            handingOver = begins;
        } finally {
            lock.unlock();
        }
    }

    /** A move was given up: the VM goes on here, from its disk where its process has died meanwhile. */
    void stay(Owner owner) {
        lock.lock();
        try {
            handingOver = false;
            if (volume().state() instanceof VolumeState.Sealed) {
                volume.unseal();
            }
            if (running() && machine.restOfMemory() != Rest.NONE) {
                log.warn("VM {} has given its memory away, and is booted from its disk", spec.id());
                killProcess();
            }
            if (running()) {
                machine.cancelStream();
                letRun();
            } else {
                boot(owner);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether all of the guest's memory is here while it runs. */
    void memoryWhole(boolean whole) {
        memoryWhole = whole;
    }

    boolean memoryWhole() {
        return memoryWhole;
    }

    /** The VM is another host's: only its blocks stay, for that host and as a cache for the return. */
    void leave(Owner next) {
        killProcess();
        retire(next);
        closeExport();
        dropMemory();
    }

    /** Deletes the memory of a VM that is not suspended any more, or not here. */
    void dropMemory() {
        host.volumes().delete(VmVolumes.memory(spec.id()));
    }

    /** As {@link #leave}, but what would disturb the switch by its end is still there. */
    void retire(Owner next) {
        lock.lock();
        try {
            become(new Role.Left(next));
            if (volume == null) {
                volume = host.volumes().find(spec.id().value()).orElse(null);
            }
            if (volume != null && volume.state() instanceof VolumeState.Open) {
                volume.seal();
            }
            if (volume != null && volume.state() instanceof VolumeState.Sealed) {
                volume.retire();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes away what a VM that has left needs no more. */
    void unplugTap() {
        host.network().detach(port());
        tap = null;
        host.topology().refresh();
    }

    /** Boots the VM from its disk, which is made where there is none. A memory saved before does not fit the disk then. */
    void boot(Owner owner) {
        dropMemory();
        Checkpoint.drop(host, spec);
        begin(owner, () -> host.hypervisor().start(spec, devices()));
    }

    void begin(Owner owner, Supplier<VirtualMachine> start) {
        begin(owner, () -> VmVolumes.open(host.volumes(), spec, owner.epoch()), start);
    }

    /** Takes the role, opens the disk where it is not, plugs the VM in, and lets the process that {@code start} makes run. */
    void begin(Owner owner, Supplier<Volume> disk, Supplier<VirtualMachine> start) {
        become(new Role.Owning(owner));
        if (volume == null || !(volume.state() instanceof VolumeState.Open)) {
            closeVolume();
            volume = disk.get();
            TargetSide.hydrateLacking(host, volume);
        }
        plug();
        host.topology()
                .await(
                        topology -> topology.ports().stream()
                                .anyMatch(each ->
                                        each.id().equals(port()) && each.owner().equals(owner)),
                        FLOWS_LIMIT,
                        "port of %s at %s".formatted(spec.id(), host.me()));
        machine = ProcessWatch.running(start.get(), !held);
        watchExit();
        host.tell("vm.running", spec.id().value(), "VM %s runs on %s".formatted(spec.id(), host.me()), Map.of());
    }

    /** The disk that waits for a move's last changes. */
    void openStandby(MoveOrder order) {
        closeVolume();
        volume = VmVolumes.standby(host, order, VmPart.DISK);
    }

    /** After a restart of this agent, for the owner at {@code epoch}: the volume, taking writes again. */
    void reopenVolume(long epoch, Optional<RemoteVolume> source) {
        volume = host.volumes().open(spec.id().value(), epoch);
        source.ifPresent(volume::attachSource);
        if (volume.state() instanceof VolumeState.Sealed) {
            volume.unseal();
        }
    }

    /** Serves the disk; a process that an earlier run left answers nothing while it waits for this. */
    void exportDisk() {
        if (export == null) {
            export = host.disks().export(spec.id().value(), nbdSocket(), volume());
        }
    }

    /** Exports the disk and makes the tap. */
    void plug() {
        exportDisk();
        Network network = host.topology().awaitNetwork(spec.network(), FLOWS_LIMIT);
        tap = host.network().attach(new Attachment.Tap(port()), network, spec.mac(), spec.address());
        host.topology().refresh();
    }

    Hypervisor.Devices devices() {
        return new Hypervisor.Devices(nbdSocket(), spec.id().value(), tap, SeedFile.make(spec, folder()));
    }

    /** Where the VM's files on this host stand. */
    Path folder() {
        return host.directory().resolve(spec.id().value());
    }

    private Path nbdSocket() {
        return folder().resolve("disk.sock");
    }

    PortId port() {
        return new PortId(spec.id().value());
    }

    void listenForStream() {
        machine = host.hypervisor().startIncoming(spec, devices());
    }

    /** Takes over the process that an earlier run of this agent left. */
    boolean adopt() {
        Optional<VirtualMachine> found = host.hypervisor().adopt(spec.id());
        found.ifPresent(adopted -> machine = adopted);
        return found.isPresent();
    }

    boolean mayRunOn(VirtualMachine known) {
        return machine == known && running() && !held && !stopping && !handingOver && role instanceof Role.Owning;
    }

    /** Restarts the VM from its disk when its process dies without being told to. */
    void watchExit() {
        new ProcessWatch(host, this, machine).start();
    }

    /** Whether this is the VM's process now, and nothing else sees to it. */
    boolean minds(VirtualMachine process) {
        return machine == process && !stopping;
    }

    boolean handingOver() {
        return handingOver;
    }

    /** Ends the process, first by the power button unless {@code force}. */
    void stop(boolean force) {
        stopping = true;
        try {
            if (running() && !force) {
                machine.pressPowerButton();
                long left = SHUT_DOWN_LIMIT.toNanos();
                while (machine.alive() && left > 0) {
                    left = lock.awaitNanos(left);
                }
            }
            killProcess();
            unplug();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationException("interrupted while VM %s was to stop".formatted(spec.id()), e);
        } finally {
            stopping = false;
        }
    }

    void killProcess() {
        VirtualMachine last = machine;
        machine = null;
        if (last != null) {
            last.kill();
        }
    }

    /** Takes the export, the tap and the open volume away; what is on the disk stays. */
    void unplug() {
        closeExport();
        unplugTap();
        closeVolume();
    }

    /** Removes the socket too that an earlier run of this agent left. */
    void closeExport() {
        if (export != null) {
            export.close();
            export = null;
        }
        HostResources.remove(nbdSocket());
    }

    private void closeVolume() {
        if (volume != null) {
            volume.close();
            volume = null;
        }
    }

    /** Forgets the VM, and deletes these of its volumes. */
    void forget(List<String> volumes) {
        killProcess();
        unplug();
        volumes.forEach(host.volumes()::delete);
        RoleFile.delete(host.directory(), spec.id());
    }
}
