package io.supercloud.app.manager;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.Tasks;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostActivity.VmActivity;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts VMs to sleep that nobody has used for as long as their policy says; the agents wake them. */
final class IdleWatch {
    static final Duration POLL = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(IdleWatch.class);

    private final HostAgent.Directory hosts;
    private final Owners owners;
    private final VmLife life;
    private final InstantSource clock;
    private final Tasks tasks;
    private final Map<VmId, Idleness> known = new HashMap<>();
    private final Set<VmId> underWay = ConcurrentHashMap.newKeySet();
    private volatile List<VmRecord> candidates = List.of();

    IdleWatch(Registry registry, HostAgent.Directory hosts, VmLife life, InstantSource clock, Tasks tasks) {
        this.hosts = hosts;
        this.owners = new Owners(registry);
        this.life = life;
        this.clock = clock;
        this.tasks = tasks;
        registry.watch(Paths.VMS, this::changed);
    }

    private void changed(Map<String, Registry.Entry> entries) {
        candidates = entries.values().stream()
                .map(entry -> Json.read(entry, VmRecord.class))
                .filter(record -> record.suspendAfter().isPresent() && record.desired() == VmRecord.Desired.RUNNING)
                .toList();
    }

    boolean watches(VmId vm) {
        return candidates.stream().anyMatch(record -> record.spec().id().equals(vm));
    }

    void start() {
        tasks.start("idle watch", () -> {
            while (true) {
                tasks.sleep(POLL);
                look();
            }
        });
    }

    /** Each host is asked once, and none where nobody may be put to sleep. */
    void look() {
        List<VmRecord> now = candidates;
        known.keySet().retainAll(now.stream().map(record -> record.spec().id()).toList());
        Map<HostId, Map<VmId, VmActivity>> activities = new HashMap<>();
        for (VmRecord record : now) {
            VmId vm = record.spec().id();
            try {
                Optional<HostId> host = owners.find(vm.value()).map(Owner::host);
                host.map(id -> activities.computeIfAbsent(id, this::activity).get(vm))
                        .ifPresent(activity -> look(record, host.get(), activity));
            } catch (SupercloudException e) {
                log.debug("whether VM {} is used is not known: {}", vm, e.getMessage());
            }
        }
    }

    private Map<VmId, VmActivity> activity(HostId host) {
        Map<VmId, VmActivity> found = new HashMap<>();
        try {
            hosts.of(host)
                    .call(new HostCall.ReadActivity())
                    .vms()
                    .forEach(activity -> found.put(activity.vm(), activity));
        } catch (MigrationException e) {
            log.debug("what the VMs of host {} do is not known: {}", host, e.getMessage());
        }
        return found;
    }

    private void look(VmRecord record, HostId host, VmActivity activity) {
        VmId vm = record.spec().id();
        Idleness now = Optional.ofNullable(known.get(vm))
                .map(before -> before.next(host, activity, clock.instant()))
                .orElseGet(() -> Idleness.first(host, activity, clock.instant()));
        known.put(vm, now);
        if (now.lasts().compareTo(record.suspendAfter().orElseThrow()) >= 0 && underWay.add(vm)) {
            known.remove(vm);
            tasks.start("sleep of " + vm, () -> putToSleep(vm, now.lasts()));
        }
    }

    private void putToSleep(VmId vm, Duration unused) {
        try {
            log.info("VM {} was not used for {} s and is put to sleep", vm, unused.toSeconds());
            life.fallAsleep(vm);
        } catch (SupercloudException e) {
            log.warn("VM {} is not used, and cannot be put to sleep: {}", vm, e.getMessage());
        } finally {
            underWay.remove(vm);
        }
    }
}
