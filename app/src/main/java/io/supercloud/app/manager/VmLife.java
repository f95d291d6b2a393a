package io.supercloud.app.manager;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Names;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.VmId;
import io.supercloud.image.ScrubReport;
import io.supercloud.migration.DiskCare;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Paths;
import io.supercloud.migration.SavedState;
import io.supercloud.migration.SnapshotRecord;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.VmRecord.Desired;
import io.supercloud.migration.VmSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The life of a VM between running and being removed. Each request may be made again after it failed half-way:
 *
 * <ul>
 *   <li>pause, resume: the record first, the host then; the host's agent follows the record after a restart;
 *   <li>suspend, resume of a suspended VM: the host writes the record, when the memory is safe or in use;
 *   <li>snapshot: the host's copies first, the record last; copies without a record are replaced by the next try;
 *   <li>restore: the VM counts as stopped until it is restored, so half-way it is a stopped VM on one disk or the other;
 *   <li>clone: a stopped VM until its disk is there; where that fails, it is forgotten;
 *   <li>rename, resize: one write.
 * </ul>
 */
final class VmLife {
    /** Saving and loading takes as long as the disk needs for the memory. */
    /** For a TiB at 300 MiB/s. */
    private static final Duration SCRUB_LIMIT = Duration.ofHours(1);

    private static final Duration STATE_LIMIT = Duration.ofMinutes(6);

    private final Registry registry;
    private final HostAgent.Directory hosts;
    private final InstantSource clock;
    private final Vms vms;
    private final Moves moves;
    /** Names are given one at a time. */
    private final ReentrantLock naming = new ReentrantLock();

    VmLife(Registry registry, HostAgent.Directory hosts, InstantSource clock, Vms vms, Moves moves) {
        this.registry = registry;
        this.hosts = hosts;
        this.clock = clock;
        this.vms = vms;
        this.moves = moves;
    }

    Answers.Changed change(VmId vm, ControlRequest.Change change) {
        Registry.Entry entry = resting(vm);
        VmRecord record = Json.read(entry, VmRecord.class);
        boolean sleepsOn = record.desired() == Desired.ASLEEP && change == ControlRequest.Change.SUSPEND;
        if (!record.desired().hasProcess() && !sleepsOn) {
            throw new MigrationException(
                    "VM %s does not run, it is %s".formatted(record.name(), Vms.text(record.desired())));
        }
        SavedState saved = new SavedState(0, 0);
        switch (change) {
            case PAUSE -> {
                registry.replace(entry, Json.write(record.wanting(Desired.PAUSED)));
                ask(vm, new HostCall.PauseVm(vm, true));
            }
            case RESET -> ask(vm, new HostCall.ResetVm(vm));
            case SUSPEND -> saved = ask(vm, new HostCall.SuspendVm(vm, false));
        }
        Answers.Vm now = vms.require(vm);
        return new Answers.Changed(now.vm(), now.state(), saved.memoryBytes(), saved.stoppedMillis());
    }

    /** Suspends a VM until a packet for it comes; nothing happens where it does not run, or is on its way. */
    void fallAsleep(VmId vm) {
        boolean runs = Json.read(vms.record(vm), VmRecord.class).desired() == Desired.RUNNING;
        if (runs && !moves.moving(vm)) {
            ask(vm, new HostCall.SuspendVm(vm, true));
        }
    }

    /** A VM that is on its way starts when it has arrived, and there. */
    Answers.Vm run(ControlRequest.RunVm request, Consumer<String> progress) {
        vms.find(request.vm()).ifPresent(this::resting);
        return vms.run(request, progress);
    }

    Answers.Vm resume(VmId vm, Optional<String> on, boolean fromDisk, Consumer<String> progress) {
        requireNotStopped(Json.read(resting(vm), VmRecord.class));
        on.ifPresent(place -> moves.bring(vm, place, fromDisk, progress));
        return goOn(vm, fromDisk, progress);
    }

    private static void requireNotStopped(VmRecord record) {
        if (record.desired() == Desired.STOPPED) {
            throw new MigrationException(
                    "VM %1$s is stopped: 'supercloud vm run %1$s' boots it".formatted(record.name()));
        }
    }

    private Answers.Vm goOn(VmId vm, boolean fromDisk, Consumer<String> progress) {
        Registry.Entry entry = vms.record(vm);
        VmRecord record = Json.read(entry, VmRecord.class);
        switch (record.desired()) {
            case RUNNING, PAUSED -> {
                registry.replace(entry, Json.write(record.wanting(Desired.RUNNING)));
                ask(vm, new HostCall.PauseVm(vm, false));
            }
            case SUSPENDED, ASLEEP -> {
                if (fromDisk) {
                    vms.boot(entry, record.booting(), progress);
                } else {
                    vms.quotas().require(record.spec(), vms.owner(vm).host());
                    ask(vm, new HostCall.WakeVm(record.spec(), vms.owner(vm)));
                }
            }
            case STOPPED -> requireNotStopped(record);
        }
        return vms.require(vm);
    }

    Answers.Snapshot snapshot(VmId vm, String name) {
        VmRecord record = Json.read(resting(vm), VmRecord.class);
        Names.require("snapshot", name);
        if (registry.read(Paths.snapshot(vm, name)).isPresent()) {
            throw new MigrationException("VM %s has a snapshot '%s' already: delete that one, or choose another name"
                    .formatted(record.name(), name));
        }
        Owner owner = vms.owner(vm);
        SavedState saved = ask(vm, new HostCall.TakeSnapshot(record.spec(), owner, name));
        SnapshotRecord taken = new SnapshotRecord(
                name,
                owner.host(),
                record.spec(),
                owner.epoch(),
                saved.memoryBytes(),
                saved.stoppedMillis(),
                clock.instant());
        registry.create(Paths.snapshot(vm, name), Json.write(taken));
        return answer(record, taken);
    }

    List<Answers.Snapshot> snapshots(VmId vm) {
        VmRecord record = Json.read(vms.record(vm), VmRecord.class);
        return registry.children(Paths.SNAPSHOTS).values().stream()
                .map(entry -> Json.read(entry, SnapshotRecord.class))
                .filter(snapshot -> snapshot.spec().id().equals(vm))
                .sorted(Comparator.comparing(SnapshotRecord::taken))
                .map(snapshot -> answer(record, snapshot))
                .toList();
    }

    private static Answers.Snapshot answer(VmRecord record, SnapshotRecord snapshot) {
        return new Answers.Snapshot(
                new VmId(record.name()),
                snapshot.name(),
                snapshot.host().value(),
                snapshot.taken(),
                snapshot.spec().diskBytes(),
                snapshot.memoryBytes(),
                snapshot.stoppedMillis());
    }

    String deleteSnapshot(VmId vm, String name) {
        SnapshotRecord snapshot = Json.read(snapshotEntry(vm, name), SnapshotRecord.class);
        registry.delete(snapshotEntry(vm, name));
        hosts.of(snapshot.host()).call(new HostCall.DeleteSnapshot(vm, name), STATE_LIMIT);
        return name;
    }

    private Registry.Entry snapshotEntry(VmId vm, String name) {
        return registry.read(Paths.snapshot(vm, Names.require("snapshot", name)))
                .orElseThrow(() -> new MigrationException(
                        "VM %s has no snapshot '%s'; see 'supercloud vm snapshots'".formatted(vm, name)));
    }

    Answers.Vm restore(VmId vm, String name) {
        Registry.Entry entry = resting(vm);
        VmRecord record = Json.read(entry, VmRecord.class);
        SnapshotRecord snapshot = Json.read(snapshotEntry(vm, name), SnapshotRecord.class);
        Owner owner = vms.owner(vm);
        if (!snapshot.host().equals(owner.host())) {
            throw new MigrationException("snapshot '%s' is on %s, VM %s on %s: move the VM there first"
                    .formatted(name, snapshot.host(), record.name(), owner.host()));
        }
        registry.replace(entry, Json.write(record.wanting(Desired.STOPPED)));
        ask(vm, new HostCall.RestoreSnapshot(snapshot.spec(), owner, name));
        VmRecord restored = record.restored(snapshot.spec());
        Registry.Entry stopped = vms.record(vm);
        registry.replace(
                stopped, Json.write(snapshot.memoryBytes() > 0 ? restored : restored.wanting(Desired.STOPPED)));
        return vms.require(vm);
    }

    Answers.Vm clone(VmId vm, Optional<String> snapshot, VmId to, Consumer<String> progress) {
        Optional<SnapshotRecord> origin =
                snapshot.map(name -> Json.read(snapshotEntry(vm, name), SnapshotRecord.class));
        Owner owner = vms.owner(vm);
        Owner first =
                origin.map(record -> new Owner(record.host(), record.epoch())).orElse(owner);
        VmSpec template = origin.map(SnapshotRecord::spec)
                .orElseGet(() -> Json.read(resting(vm), VmRecord.class).spec());
        VmRecord created = named(to, () -> {
            VmSpec spec = template.copiedTo(vms.freeId(to), vms.freeAddress());
            VmRecord record = new VmRecord(spec, Desired.STOPPED)
                    .named(to.value())
                    .sleepingAfter(Json.read(vms.record(vm), VmRecord.class).suspendAfter());
            vms.create(record, first);
            return record;
        });
        VmId id = created.spec().id();
        try {
            hosts.of(first.host())
                    .call(new HostCall.CloneDisk(vm, snapshot.orElse(""), id, first.epoch()), STATE_LIMIT);
            vms.boot(vms.record(id), created.booting(), progress);
        } catch (MigrationException e) {
            vms.forget(id, first.host());
            throw e;
        }
        return vms.require(id);
    }

    Answers.Vm rename(VmId vm, VmId to) {
        named(to, () -> {
            Registry.Entry entry = vms.record(vm);
            VmRecord renamed = Json.read(entry, VmRecord.class).named(to.value());
            registry.replace(entry, Json.write(renamed));
            return renamed;
        });
        return vms.require(vm);
    }

    /** Runs {@code work}, which gives the name, where no VM has it. */
    private VmRecord named(VmId name, java.util.function.Supplier<VmRecord> work) {
        naming.lock();
        try {
            if (vms.find(name).isPresent()) {
                throw new InvalidValueException("a VM %s exists already: choose another name".formatted(name));
            }
            return work.get();
        } finally {
            naming.unlock();
        }
    }

    Answers.Vm resize(ControlRequest.ResizeVm request, VmId vm) {
        Registry.Entry entry = vms.record(vm);
        VmRecord record = Json.read(entry, VmRecord.class);
        VmSpec before = record.atNextBoot().orElse(record.spec());
        VmSpec next = before.resized(
                request.memoryMiB() == 0 ? before.memoryMiB() : request.memoryMiB(),
                request.vcpus() == 0 ? before.vcpus() : request.vcpus(),
                request.diskBytes() == 0 ? before.diskBytes() : request.diskBytes());
        if (next.diskBytes() < record.spec().diskBytes()) {
            throw new InvalidValueException("the disk of VM %s has %d MiB and cannot become smaller"
                    .formatted(record.name(), record.spec().diskBytes() >> 20));
        }
        registry.replace(entry, Json.write(record.resized(next)));
        return vms.require(vm);
    }

    /** The record of a VM that is not on its way. */
    private Registry.Entry resting(VmId vm) {
        if (moves.moving(vm)) {
            throw new MigrationException("VM %s is being moved: try again when it has arrived".formatted(vm));
        }
        return vms.record(vm);
    }

    ScrubReport scrub(VmId vm) {
        return hosts.of(vms.owner(vm).host()).call(new HostCall.ScrubDisk(vm), SCRUB_LIMIT);
    }

    HostCall.VolumeProgress pace(VmId vm, long bytesPerSecond) {
        VmSpec spec = Json.read(vms.record(vm), VmRecord.class).spec();
        return ask(vm, new HostCall.TendDisk(spec, vms.owner(vm), new DiskCare.Pace(bytesPerSecond)));
    }

    private <R> R ask(VmId vm, HostCall<R> call) {
        return hosts.of(vms.owner(vm).host()).call(call, STATE_LIMIT);
    }
}
