package io.supercloud.app.manager;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.Tasks;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.RestartRecord;
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
 * Boots the VMs of a lost host elsewhere, from their replicated disks. A host is lost when its lease has ended and does not come back
 * within {@link #PATIENCE}. Its agent, if it lives, has stopped such VMs before that; the hosts that keep their journals refuse what it
 * writes. The owner's record is changed by compare-and-set, so that of two who try, one does.
 */
final class HostLosses {
    private static final Logger log = LoggerFactory.getLogger(HostLosses.class);
    /** An agent that was only started again has its lease by then. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Duration RETRY_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(90);
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
        unfinished().forEach(record -> tasks.start("restart of " + record.vm(), () -> bootAt(record)));
        registry.watch(
                Paths.ALIVE,
                leases -> registry.children(Paths.HOSTS).values().stream()
                        .map(entry -> Json.read(entry, HostRecord.class).host())
                        .forEach(host -> noted(host, leases.containsKey(host.value()))));
    }

    private List<RestartRecord> unfinished() {
        return registry.children(Paths.RESTARTS).values().stream()
                .map(entry -> Json.read(entry, RestartRecord.class))
                .filter(record -> !record.done())
                .filter(record -> owners.find(record.vm().value())
                        .filter(record.next()::equals)
                        .isPresent())
                .toList();
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
                    .map(record -> record.spec().id())
                    .filter(underWay::add)
                    .forEach(vm -> tasks.start("restart of " + vm, () -> restartUntilDone(vm, host)));
        }
    }

    private boolean isLost(HostId host) {
        return away.contains(host)
                && alive.all().stream().noneMatch(record -> record.host().equals(host));
    }

    private void restartUntilDone(VmId vm, HostId lost) {
        Duration pause = RETRY_PAUSE;
        try {
            while (!restarted(vm, lost)) {
                tasks.sleep(pause);
                pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
            }
        } finally {
            underWay.remove(vm);
        }
    }

    /** Whether nothing is left to be done: it runs elsewhere, or its host is back. */
    private boolean restarted(VmId vm, HostId lost) {
        try {
            Owner owner = vms.owner(vm);
            boolean concerned = owner.host().equals(lost) && isLost(lost) && !moves.moving(vm);
            if (!concerned) {
                return !owner.host().equals(lost) || !isLost(lost);
            }
            VmRecord record = Json.read(vms.record(vm), VmRecord.class);
            Optional<HostId> target = roomiest(record.spec(), lost);
            if (target.isEmpty()) {
                log.warn("VM {} of lost host {} has nowhere to go: no host has room for it", vm, lost);
                return false;
            }
            return bootAt(take(vm, owner, target.get()));
        } catch (RegistryException e) {
            log.warn("VM {} of lost host {} is not restarted yet: {}", vm, lost, e.getMessage());
            return false;
        } catch (MigrationException gone) {
            log.info("VM {} is not restarted: {}", vm, gone.getMessage());
            return true;
        }
    }

    private RestartRecord take(VmId vm, Owner owner, HostId target) {
        Registry.Entry held = owners.hold(vm.value(), owner);
        RestartRecord record = new RestartRecord(vm, owner.host(), owner.movedTo(target), clock.instant(), false);
        String path = Paths.restart(vm, record.next().epoch());
        registry.read(path).ifPresent(registry::delete);
        registry.create(path, Json.write(record));
        owners.change(held, record.next());
        forgetOldest(vm);
        moves.publish(
                "vm.restarting",
                vm.value(),
                "VM %s boots from its disk on %s, at epoch %d: host %s is lost"
                        .formatted(vm, target, record.next().epoch(), owner.host()),
                Map.of("from", owner.host().value(), "to", target.value()));
        return record;
    }

    private boolean bootAt(RestartRecord record) {
        VmSpec spec = Json.read(vms.record(record.vm()), VmRecord.class).spec();
        HostId target = record.next().host();
        try {
            hosts.of(target).call(new HostCall.RunVm(spec, record.next()), BOOT_LIMIT);
            registry.read(Paths.restart(record.vm(), record.next().epoch()))
                    .ifPresent(entry -> registry.replace(entry, Json.write(record.finished())));
            moves.publish(
                    "vm.restarted",
                    record.vm().value(),
                    "VM %s runs on %s, %d ms after host %s was found lost"
                            .formatted(
                                    record.vm(),
                                    target,
                                    Duration.between(record.begun(), clock.instant())
                                            .toMillis(),
                                    record.lost()),
                    Map.of("from", record.lost().value(), "to", target.value()));
            return true;
        } catch (SupercloudException e) {
            log.error("VM {} does not boot on {}, which is tried again: {}", record.vm(), target, e.getMessage());
            tasks.sleep(RETRY_PAUSE);
            return stillThere(record) ? bootAt(record) : giveUp(record);
        }
    }

    /** Whether the VM is to be booted there still. A target that is lost too is a loss of its own. */
    private boolean stillThere(RestartRecord record) {
        return vms.owner(record.vm()).equals(record.next())
                && alive.all().stream()
                        .anyMatch(host -> host.host().equals(record.next().host()));
    }

    private static boolean giveUp(RestartRecord record) {
        log.warn(
                "VM {} is no more to be booted on {}",
                record.vm(),
                record.next().host());
        return true;
    }

    private void forgetOldest(VmId vm) {
        List<Registry.Entry> known = registry.children(Paths.RESTARTS).values().stream()
                .filter(entry -> Json.read(entry, RestartRecord.class).vm().equals(vm))
                .sorted(Comparator.comparing(
                        entry -> Json.read(entry, RestartRecord.class).begun()))
                .toList();
        known.subList(0, Math.max(0, known.size() - MOST_KEPT)).forEach(registry::delete);
    }

    /** The host that will stay, can run the VM, and has the most memory free. */
    private Optional<HostId> roomiest(VmSpec spec, HostId lost) {
        return alive.lasting().stream()
                .map(HostRecord::host)
                .filter(host -> !host.equals(lost))
                .flatMap(host -> describe(host).stream())
                .filter(facts -> facts.guests().machines().contains(spec.machine()))
                .filter(facts -> facts.guests().cpuModels().contains(spec.cpuModel()))
                .filter(facts -> facts.freeMemoryMiB() >= spec.memoryMiB() + SPARE_MEMORY_MIB)
                .filter(facts -> facts.freeDiskBytes() >= spec.diskBytes() / 2)
                .max(Comparator.comparing(HostCall.HostFacts::freeMemoryMiB))
                .map(HostCall.HostFacts::host);
    }

    private Optional<HostCall.HostFacts> describe(HostId host) {
        try {
            return Optional.of(hosts.of(host).call(new HostCall.DescribeHost(), ROOM_LIMIT));
        } catch (MigrationException silent) {
            return Optional.empty();
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
                        record.done() ? "running" : "under way"))
                .toList();
    }
}
