package io.supercloud.app.manager;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.Tasks;
import io.supercloud.core.VmId;
import io.supercloud.migration.CheckpointRecord;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.RestartRecord;
import io.supercloud.migration.Restarted;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.VmSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the VMs of a lost host elsewhere: booted from their replicated disks, or resumed from their checkpoints. A host is lost
 * when its lease has ended and does not come back within {@link #PATIENCE}. Its agent, if it lives, has stopped such VMs before
 * that; the hosts that keep their journals refuse what it writes. The owner's record is changed by compare-and-set, so that of two who try, one does.
 */
final class HostLosses implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HostLosses.class);
    /** An agent that was only started again has its lease by then. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration RETRY_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** A large memory takes its time. */
    private static final Duration RUN_LIMIT = Duration.ofMinutes(6);

    private static final Duration ROOM_LIMIT = Duration.ofSeconds(3);
    /** What a host keeps free beside the memory of guests. */
    private static final long SPARE_MEMORY_MIB = 256;
    /** How many restarts of a VM are remembered. */
    private static final int MOST_KEPT = 20;

    private final Registry registry;
    private final Owners owners;
    private final HostAgent.Directory hosts;
    private final AliveHosts alive;
    private final Vms vms;
    private final Moves moves;
    private final InstantSource clock;
    private final Tasks tasks;
    private final Set<HostId> away = ConcurrentHashMap.newKeySet();
    private final Set<VmId> underWay = ConcurrentHashMap.newKeySet();
    private Registry.Subscription leases;
    private volatile boolean closed;

    HostLosses(Registry registry, HostAgent.Directory hosts, Vms vms, Moves moves, InstantSource clock, Tasks tasks) {
        this.registry = registry;
        this.owners = new Owners(registry);
        this.hosts = hosts;
        this.alive = new AliveHosts(registry);
        this.vms = vms;
        this.moves = moves;
        this.clock = clock;
        this.tasks = tasks;
    }

    /** From now on; goes on with what an earlier manager began. */
    void follow() {
        registry.children(Paths.RESTARTS).values().stream()
                .map(entry -> Json.read(entry, RestartRecord.class))
                .filter(record -> !record.done())
                .forEach(record -> begin(record.vm()));
        leases = registry.watch(
                Paths.ALIVE,
                now -> registry.children(Paths.HOSTS).values().stream()
                        .map(entry -> Json.read(entry, HostRecord.class).host())
                        .forEach(host -> noted(host, now.containsKey(host.value()))));
    }

    private void noted(HostId host, boolean here) {
        if (here) {
            away.remove(host);
        } else if (away.add(host)) {
            tasks.start("loss of " + host, () -> lost(host));
        }
    }

    private void lost(HostId host) {
        tasks.sleep(PATIENCE);
        if (isLost(host)) {
            moves.publish("host.lost", host.value(), "host %s is lost: its lease has ended".formatted(host), Map.of());
            vms.on(host).stream()
                    .filter(record -> record.spec().protection().restarts())
                    .filter(record -> record.desired().hasProcess())
                    .forEach(record -> begin(record.spec().id()));
        }
    }

    private boolean isLost(HostId host) {
        return away.contains(host)
                && alive.all().stream().noneMatch(record -> record.host().equals(host));
    }

    private void begin(VmId vm) {
        if (underWay.add(vm)) {
            tasks.start("restart of " + vm, () -> restartUntilDone(vm));
        }
    }

    private void restartUntilDone(VmId vm) {
        Duration pause = RETRY_PAUSE;
        try {
            while (!closed && !restarted(vm)) {
                tasks.sleep(pause);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
            }
        } finally {
            underWay.remove(vm);
        }
    }

    /** Whether nothing is left to be done: its host is not lost, and what was begun there is finished. */
    private boolean restarted(VmId vm) {
        try {
            Optional<Owner> owner = owners.find(vm.value());
            if (owner.isEmpty()) {
                return true;
            }
            if (isLost(owner.get().host())) {
                return takenElsewhere(vm, owner.get());
            }
            Optional<RestartRecord> begun = registry.read(
                            Paths.restart(vm, owner.get().epoch()))
                    .map(entry -> Json.read(entry, RestartRecord.class))
                    .filter(record -> !record.done());
            return begun.isEmpty() || runs(begun.get());
        } catch (SupercloudException e) {
            log.warn("VM {}, whose host was lost, is not restarted yet: {}", vm, e.getMessage());
            return false;
        }
    }

    /** A move that is under way ends first: it finds out by itself that a host is lost. */
    private boolean takenElsewhere(VmId vm, Owner owner) {
        VmSpec spec = Json.read(vms.record(vm), VmRecord.class).spec();
        Optional<HostId> target = moves.moving(vm) ? Optional.empty() : roomiest(spec, owner.host());
        if (target.isEmpty()) {
            log.warn("VM {} of lost host {} waits: it is being moved, or no host has room for it", vm, owner.host());
            return false;
        }
        return runs(take(vm, owner, target.get()));
    }

    private RestartRecord take(VmId vm, Owner owner, HostId target) {
        Registry.Entry held = owners.hold(vm.value(), owner);
        RestartRecord record =
                new RestartRecord(vm, owner.host(), owner.movedTo(target), clock.instant(), Optional.empty());
        String path = Paths.restart(vm, record.next().epoch());
        registry.read(path).ifPresent(registry::delete);
        registry.create(path, Json.write(record));
        owners.change(held, record.next());
        forgetOldest(vm);
        moves.publish(
                "vm.restarting",
                vm.value(),
                "VM %s goes to %s, at epoch %d: host %s is lost"
                        .formatted(vm, target, record.next().epoch(), owner.host()),
                Map.of("from", owner.host().value(), "to", target.value()));
        return record;
    }

    private boolean runs(RestartRecord record) {
        VmSpec spec = Json.read(vms.record(record.vm()), VmRecord.class).spec();
        HostId target = record.next().host();
        Restarted how = run(spec, record.next());
        registry.read(Paths.restart(record.vm(), record.next().epoch()))
                .ifPresent(entry -> registry.replace(entry, Json.write(record.finished(how))));
        long tookMillis = Duration.between(record.begun(), clock.instant()).toMillis();
        moves.publish(
                "vm.restarted",
                record.vm().value(),
                "VM %s runs on %s, %s, %d ms after it was taken from lost host %s"
                        .formatted(record.vm(), target, text(how), tookMillis, record.lost()),
                Map.of("from", record.lost().value(), "to", target.value(), "how", state(how)));
        return true;
    }

    private Restarted run(VmSpec spec, Owner next) {
        HostAgent target = hosts.of(next.host());
        if (!spec.protection().resumes()) {
            target.call(new HostCall.RunVm(spec, next), RUN_LIMIT);
            return Restarted.booted("");
        }
        Optional<CheckpointRecord> last = CheckpointRecord.find(registry, spec.id());
        if (last.isEmpty()) {
            target.call(new HostCall.RunVm(spec, next), RUN_LIMIT);
            return Restarted.booted("it has none");
        }
        return target.call(new HostCall.ResumeCheckpoint(spec, next, last.get()), RUN_LIMIT);
    }

    private static String text(Restarted how) {
        if (how.resumed()) {
            return "resumed from its checkpoint";
        }
        return how.obstacle().isEmpty()
                ? "booted from its disk"
                : "booted from its disk, as it could not go on from a checkpoint: " + how.obstacle();
    }

    private static String state(Restarted how) {
        return how.resumed() ? "resumed" : "booted";
    }

    private void forgetOldest(VmId vm) {
        List<Registry.Entry> known = registry.children(Paths.RESTARTS).values().stream()
                .filter(entry -> Json.read(entry, RestartRecord.class).vm().equals(vm))
                .sorted(Comparator.comparing(
                        entry -> Json.read(entry, RestartRecord.class).begun()))
                .toList();
        known.subList(0, Math.max(0, known.size() - MOST_KEPT)).forEach(registry::delete);
    }

    /**
     * The host that will stay and can run the VM: from its checkpoint if it has one, where a copy of its disk was kept, with the most
     * memory free.
     */
    private Optional<HostId> roomiest(VmSpec spec, HostId lost) {
        Optional<CheckpointRecord> checkpoint = CheckpointRecord.find(registry, spec.id());
        List<HostRecord> lasting = alive.lasting();
        Set<HostId> preferred = Standbys.hosts(registry, spec.id(), lasting);
        return lasting.stream()
                .map(HostRecord::host)
                .filter(host -> !host.equals(lost))
                .flatMap(host -> describe(host).stream())
                .filter(facts -> facts.guests().machines().contains(spec.machine()))
                .filter(facts -> facts.guests().cpuModels().contains(spec.cpuModel()))
                .filter(facts -> facts.freeMemoryMiB() >= spec.memoryMiB() + SPARE_MEMORY_MIB)
                .filter(facts -> facts.freeDiskBytes() >= spec.diskBytes() / 2)
                .filter(facts -> vms.quotas().objection(spec, facts.host()).isEmpty())
                .max(Comparator.<HostCall.HostFacts, Boolean>comparing(facts -> checkpoint
                                .filter(last -> last.obstacle(spec, facts).isEmpty())
                                .isPresent())
                        .thenComparing(facts -> preferred.contains(facts.host()))
                        .thenComparing(HostCall.HostFacts::freeMemoryMiB))
                .map(HostCall.HostFacts::host);
    }

    private Optional<HostCall.HostFacts> describe(HostId host) {
        try {
            return Optional.of(hosts.of(host).call(new HostCall.DescribeHost(), ROOM_LIMIT));
        } catch (MigrationException silent) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        closed = true;
        if (leases != null) {
            leases.close();
        }
    }

    /** The restarts of a VM, newest first. */
    static List<Answers.Restart> of(Registry registry, VmId vm) {
        return registry.children(Paths.RESTARTS).values().stream()
                .map(entry -> Json.read(entry, RestartRecord.class))
                .filter(record -> record.vm().equals(vm))
                .sorted(Comparator.comparing(RestartRecord::begun).reversed())
                .map(record -> new Answers.Restart(
                        record.begun(),
                        record.lost().value(),
                        record.next().host().value(),
                        record.next().epoch(),
                        record.outcome().map(HostLosses::state).orElse("under way"),
                        record.outcome().map(Restarted::obstacle).orElse("")))
                .toList();
    }
}
