package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.VmId;
import io.supercloud.image.VolumeSource;
import io.supercloud.migration.DiskCare;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.Done;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.RestPoint;
import io.supercloud.migration.HostCall.VmPart;
import io.supercloud.migration.HostCall.VolumeProgress;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.RestKept;
import io.supercloud.migration.Restarted;
import io.supercloud.migration.VmRecord.Desired;
import io.supercloud.migration.VmSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Answers the calls to a host's agent. One per host; recovers on start what an earlier run of the agent left. */
public final class HostService implements AutoCloseable {
    private static final Duration RECOVERY_RETRY_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_RECOVERY_PAUSE = Duration.ofSeconds(8);

    private final HostContext host;
    private final Endpoints endpoints;
    private final Map<VmId, HostedVm> vms = new ConcurrentHashMap<>();
    private final Departures departures;
    private final Recovery recovery;
    private final LifeCycle lifeCycle;
    private final List<Registry.Subscription> subscriptions;
    private final Leftovers leftovers;
    private final Caretaker caretaker;
    private final Checkpoints checkpoints;
    private volatile boolean closed;

    public HostService(HostContext host) {
        this.host = host;
        this.endpoints = new Endpoints(host);
        this.departures = new Departures(host);
        this.recovery = new Recovery(host);
        this.lifeCycle = new LifeCycle(host);
        this.checkpoints = new Checkpoints(host, vms);
        for (RoleFile file : RoleFile.readAll(host.directory())) {
            HostedVm vm = new HostedVm(host, file.spec(), file.role());
            vms.put(vm.id(), vm);
            checkpoints.mind(vm);
            if (!locked(vm, recovery::recovered)) {
                host.tasks().start("recovery of " + vm.id(), () -> recoverLater(vm));
            }
        }
        subscriptions =
                List.of(new OwnerWatch(host, vms.values(), departures).begin(), new LeaseGuard(host, vms.values()));
        leftovers = new Leftovers(host, recovery, vms.values());
        caretaker = new Caretaker(host).start();
        new Sleepers(host, vms, departures, lifeCycle).listen();
    }

    private void recoverLater(HostedVm vm) {
        Duration pause = RECOVERY_RETRY_PAUSE;
        do {
            host.tasks().sleep(pause);
            pause = pause.compareTo(LONGEST_RECOVERY_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
        } while (!closed && !locked(vm, recovery::recovered));
    }

    /** Carries one call out; blocks until it is done. The switch is complete: the compiler checks it. */
    public Object handle(HostCall<?> call) {
        return switch (call) {
            case HostCall.DescribeHost ignored -> HostResources.describe(host);
            case HostCall.RunVm run -> run(run.spec(), run.owner());
            case HostCall.StopVm stop -> locked(require(stop.vm()), vm -> stop(vm, stop.force()));
            case HostCall.PauseVm pause -> resting(pause.vm(), vm -> done(() -> lifeCycle.pause(vm, pause.paused())));
            case HostCall.ResetVm reset ->
                resting(reset.vm(), vm -> done(() -> vm.machine().reset()));
            case HostCall.SuspendVm suspend ->
                resting(
                        suspend.vm(),
                        vm -> lifeCycle.suspend(vm, suspend.asleep() ? Desired.ASLEEP : Desired.SUSPENDED));
            case HostCall.WakeVm wake -> wake(wake.spec(), wake.owner());
            case HostCall.TakeSnapshot take -> {
                known(take.spec(), take.owner());
                yield resting(take.spec().id(), vm -> lifeCycle.snapshot(vm, take.owner(), take.snapshot()));
            }
            case HostCall.RestoreSnapshot restore -> restore(restore);
            case HostCall.DeleteSnapshot delete -> done(() -> lifeCycle.deleteSnapshot(delete.vm(), delete.snapshot()));
            case HostCall.ResumeCheckpoint resume -> resume(resume);
            case HostCall.CloneDisk clone -> cloneDisk(clone);
            case HostCall.EraseVm erase -> erase(erase.vm());
            case HostCall.ListVms ignored -> HostResources.list(vms.values());
            case HostCall.ReadFigures ignored -> HostResources.figures(vms.values());
            case HostCall.ReadActivity ignored -> HostResources.activity(host, vms.values());
            case HostCall.ReadConsole read ->
                HostResources.tail(require(read.vm()).machine().consoleLog(), read.offset());
            case HostCall.TypeConsole type ->
                locked(require(type.vm()), vm -> done(() -> vm.machine().type(type.input())));
            case HostCall.AttachEndpoint attach -> endpoints.attach(attach);
            case HostCall.DetachEndpoint detach -> endpoints.detach(detach);
            case HostCall.Reserve reserve -> reserve(reserve.order());
            case HostCall.Warm warm -> arriving(warm.order(), side -> side.warm(warm.order()));
            case HostCall.Arm arm -> arriving(arm.order(), side -> side.arm(arm.order(), arm.stream()));
            case HostCall.OpenVolume open ->
                arriving(open.order(), side -> done(() -> side.openVolume(open.order(), open.part(), open.seal())));
            case HostCall.ResumeVm resume -> arriving(resume.order(), side -> side.resume(resume.order()));
            case HostCall.Hydrate hydrate -> arriving(hydrate.order(), side -> side.hydrated(hydrate.order()));
            case HostCall.Abandon abandon -> abandon(abandon.order());
            case HostCall.Transfer transfer ->
                done(() -> departures.begin(require(transfer.order().vm()), transfer));
            case HostCall.LimitTransfer limit -> done(() -> departures.limit(limit));
            case HostCall.TakeRest take -> takeRest(take);
            case HostCall.KeepsRest keeps -> new RestKept(RestSender.keeps(vms.get(keeps.vm())));
            case HostCall.FollowTransfer follow -> departures.status(follow.order());
            case HostCall.CancelTransfer cancel -> done(() -> departures.cancel(cancel.order()));
            case HostCall.CleanSource clean -> cleanSource(clean.order());
            case HostCall.DescribeVolume describe ->
                require(describe.vm()).volume(describe.part()).description();
            case HostCall.MeasureVm measure -> HostResources.measure(host, require(measure.vm()));
            case HostCall.ReadChanges read ->
                fromSource(read.vm(), read.part(), source -> source.changesAfter(read.cursor()));
            case HostCall.ReadBlocks read -> fromSource(read.vm(), read.part(), source -> source.read(read.blocks()));
            case HostCall.ScrubDisk scrub -> require(scrub.vm()).volume().scrub((done, total) -> {});
            case HostCall.TendDisk tend ->
                switch (tend.care()) {
                    case DiskCare.StandBy standBy -> standBy(tend, standBy);
                    case DiskCare.Pace pace ->
                        TargetSide.pace(require(tend.spec().id()).volume(), pace.bytesPerSecond());
                };
            case HostCall.AskSource ask -> fromSource(ask.vm(), ask.part(), ask.question()::ask);
        };
    }

    private HostedVm require(VmId vm) {
        return Optional.ofNullable(vms.get(vm))
                .orElseThrow(() -> new MigrationException("host %s knows no VM %s".formatted(host.me(), vm)));
    }

    private static <R> R locked(HostedVm vm, Function<HostedVm, R> work) {
        vm.lock().lock();
        try {
            return work.apply(vm);
        } finally {
            vm.lock().unlock();
        }
    }

    private static Done done(Runnable work) {
        work.run();
        return Done.DONE;
    }

    private Done run(VmSpec spec, Owner owner) {
        HostedVm vm = known(spec, owner);
        return locked(
                vm,
                found -> done(() -> {
                    if (!found.running()) {
                        requireAtRest(found, owner);
                        bootOrUndo(found, owner);
                    }
                }));
    }

    private Restarted resume(HostCall.ResumeCheckpoint call) {
        return locked(known(call.spec(), call.owner()), vm -> {
            if (vm.running()) {
                return Restarted.RESUMED;
            }
            requireAtRest(vm, call.owner());
            return Checkpoint.resume(host, vm, call.owner(), call.checkpoint());
        });
    }

    private Done wake(VmSpec spec, Owner owner) {
        return locked(
                known(spec, owner),
                vm -> done(() -> {
                    requireAtRest(vm, owner);
                    lifeCycle.wake(vm, owner);
                }));
    }

    /** A VM that this host has given away does not start here; an order for that may be late. */
    private void requireAtRest(HostedVm vm, Owner owner) {
        if (vm.role() instanceof Role.Left(Owner next) && next.epoch() > owner.epoch()) {
            throw new MigrationException("VM %s has left for %s".formatted(vm.id(), next.host()));
        }
        requireNoHandOver(vm);
    }

    /** A VM without a process stays as it is while its volumes are handed over. */
    private void requireNoHandOver(HostedVm vm) {
        if (!vm.running() && departures.has(vm.id())) {
            throw new MigrationException("VM %s is being moved: try again after its move".formatted(vm.id()));
        }
    }

    private HostedVm known(VmSpec spec, Owner owner) {
        if (!owner.host().equals(host.me())) {
            throw new MigrationException(
                    "VM %s belongs to %s, not to %s".formatted(spec.id(), owner.host(), host.me()));
        }
        return checkpoints.mind(vms.compute(
                spec.id(), (id, known) -> known == null || !known.running() ? fresh(spec, owner, known) : known));
    }

    /** A VM that is this host's and that no move is about to take away. */
    private <R> R resting(VmId id, Function<HostedVm, R> work) {
        return locked(require(id), vm -> {
            if (!(vm.role() instanceof Role.Owning) || departures.has(vm.id())) {
                throw new MigrationException(
                        "VM %s is being moved, or is not this host's: try again after its move".formatted(id));
            }
            return work.apply(vm);
        });
    }

    /** The guest ends only after the snapshot has proved to be whole. */
    private Done restore(HostCall.RestoreSnapshot call) {
        VmId id = call.spec().id();
        known(call.spec(), call.owner());
        Optional<Path> state = resting(id, vm -> {
            Optional<Path> whole = lifeCycle.requireSnapshot(vm, call.snapshot());
            vm.stop(true);
            return whole;
        });
        HostedVm vm = known(call.spec(), call.owner());
        try {
            return locked(vm, found -> done(() -> lifeCycle.restore(found, call.owner(), call.snapshot(), state)));
        } catch (RuntimeException e) {
            locked(vm, found -> done(() -> found.stop(true)));
            throw e;
        } finally {
            state.ifPresent(HostResources::remove);
        }
    }

    private Done cloneDisk(HostCall.CloneDisk call) {
        if (vms.containsKey(call.to())) {
            throw new MigrationException(
                    "VM %s is known to %s: its disk is not replaced".formatted(call.to(), host.me()));
        }
        lifeCycle.cloneDisk(call);
        return Done.DONE;
    }

    /** A VM that does not run may have been given another specification since. */
    private HostedVm fresh(VmSpec spec, Owner owner, HostedVm known) {
        if (known != null && known.spec().equals(spec)) {
            return known;
        }
        return new HostedVm(host, spec, new Role.Owning(owner));
    }

    private static void bootOrUndo(HostedVm vm, Owner owner) {
        try {
            vm.boot(owner);
        } catch (RuntimeException e) {
            vm.stop(true);
            throw e;
        }
    }

    /** A stopped VM boots the next time: its saved memory, where it has one, does not count any more. */
    private Done stop(HostedVm vm, boolean force) {
        if (!(vm.role() instanceof Role.Owning)) {
            throw new MigrationException("VM %s is not this host's to stop".formatted(vm.id()));
        }
        requireNoHandOver(vm);
        vm.stop(force);
        vm.dropMemory();
        Checkpoint.drop(host, vm.spec());
        return Done.DONE;
    }

    private Done erase(VmId id) {
        HostedVm vm = vms.get(id);
        if (vm != null) {
            locked(vm, found -> done(() -> found.forget(VmVolumes.all(host.volumes(), id))));
            vms.remove(id);
            departures.forget(id);
        }
        Checkpoint.drop(host, id);
        return done(() -> host.volumes().discard(VmVolumes.disk(id)));
    }

    private Done reserve(MoveOrder order) {
        requireTarget(order);
        HostedVm vm = checkpoints.mind(
                vms.computeIfAbsent(order.vm(), id -> new HostedVm(host, order.spec(), new Role.Left(order.before()))));
        return locked(
                vm,
                found -> done(() -> {
                    if (found.role() instanceof Role.Owning(Owner owner)
                            && owner.epoch() >= order.after().epoch()) {
                        throw new MigrationException("VM %s already belongs to %s".formatted(found.id(), host.me()));
                    }
                    leftovers.requireUnderWay(order);
                    try {
                        TargetSide.of(host, found, order).reserve(order);
                    } catch (RuntimeException e) {
                        found.forget(VmVolumes.moving(found.id()));
                        throw e;
                    }
                }));
    }

    private void requireTarget(MoveOrder order) {
        if (!order.target().equals(host.me())) {
            throw new MigrationException(
                    "move %s goes to %s, not to %s".formatted(order.move(), order.target(), host.me()));
        }
    }

    private <R> R arriving(MoveOrder order, Function<TargetSide, R> work) {
        requireTarget(order);
        return locked(require(order.vm()), vm -> work.apply(TargetSide.of(host, vm, order)));
    }

    private Done abandon(MoveOrder order) {
        requireTarget(order);
        HostedVm vm = vms.get(order.vm());
        if (vm != null) {
            if (host.owners()
                    .find(order.vm().value())
                    .filter(order.after()::equals)
                    .isPresent()) {
                throw new MigrationException("move %s cannot be abandoned: VM %s already belongs to %s"
                        .formatted(order.move(), order.vm(), host.me()));
            }
            locked(vm, found -> done(() -> TargetSide.of(host, found, order).abandon(order)));
        }
        return Done.DONE;
    }

    private RestPoint takeRest(HostCall.TakeRest call) {
        return locked(require(call.vm()), vm -> new ArrivingVm(host, vm).takeRest(call.owner()));
    }

    private VolumeProgress standBy(HostCall.TendDisk call, DiskCare.StandBy care) {
        VmSpec spec = call.spec();
        if (call.owner().host().equals(host.me())) {
            throw new MigrationException("VM %s is on %s: it needs no copy there".formatted(spec.id(), host.me()));
        }
        HostedVm vm = vms.computeIfAbsent(spec.id(), id -> new HostedVm(host, spec, new Role.Left(call.owner())));
        return locked(
                vm, found -> StandbyDisk.follow(host, found, call.owner(), Duration.ofMillis(care.limitMillis())));
    }

    private Done cleanSource(MoveOrder order) {
        HostedVm vm = vms.get(order.vm());
        if (vm != null) {
            locked(
                    vm,
                    found -> done(() -> {
                        if (found.role() instanceof Role.Left) {
                            found.killProcess();
                            found.closeExport();
                            found.unplugTap();
                            found.dropMemory();
                        }
                    }));
        }
        return Done.DONE;
    }

    private <R> R fromSource(VmId vm, VmPart part, SourceRead<R> read) {
        try {
            return read.from(require(vm).volume(part).source());
        } catch (IOException e) {
            throw new MigrationException("VM %s: its blocks cannot be read: %s".formatted(vm, e.getMessage()), e);
        }
    }

    @FunctionalInterface
    private interface SourceRead<R> {
        R from(VolumeSource source) throws IOException;
    }

    /** Ends the agent's part; VMs run on. */
    @Override
    public void close() {
        closed = true;
        subscriptions.forEach(Registry.Subscription::close);
        leftovers.close();
        caretaker.close();
        checkpoints.close();
    }
}
