package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.SiteId;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.Tasks;
import io.supercloud.core.VmId;
import io.supercloud.migration.DiskCare;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps copies of VMs' disks at other sites, no further behind than their users want: so that a move to there has little to send, and a VM
 * whose host is lost finds its disk. What a copy is behind is known to the manager that leads, and found out again by the next one.
 */
final class Standbys {
    static final Duration LEAST_WITHIN = Duration.ofSeconds(1);
    static final Duration POLL = Duration.ofMillis(500);
    /** So often within its time a copy is brought up to date. */
    private static final int ROUNDS_WITHIN = 3;
    /** A move to where the copy is waits for as long at most. */
    private static final long LONGEST_ROUND_MILLIS = 2_000;

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
    private static final Logger log = LoggerFactory.getLogger(Standbys.class);

    private final DeploymentConfig config;
    private final Registry registry;
    private final Owners owners;
    private final AliveHosts alive;
    private final HostAgent.Directory hosts;
    private final InstantSource clock;
    private final Map<VmId, Standing> standings = new ConcurrentHashMap<>();
    private final Set<VmId> underWay = ConcurrentHashMap.newKeySet();

    /**
     * How a copy stands.
     *
     * @param made whether it had all that there was at any time
     * @param wholeAt when it had that last; before that since when it is wanted
     * @param askedAt when it was brought up to date last
     */
    private record Standing(boolean made, Instant wholeAt, Instant askedAt, long missingBlocks) {
        Standing after(HostCall.VolumeProgress round, Instant begun) {
            boolean whole = round.complete();
            return new Standing(made || whole, whole ? begun : wholeAt, begun, round.missingBlocks());
        }
    }

    Standbys(DeploymentConfig config, Registry registry, HostAgent.Directory hosts, InstantSource clock) {
        this.config = config;
        this.registry = registry;
        this.owners = new Owners(registry);
        this.alive = new AliveHosts(registry);
        this.hosts = hosts;
        this.clock = clock;
    }

    void start(Tasks tasks) {
        tasks.start("standbys", () -> {
            while (true) {
                tasks.sleep(POLL);
                due().forEach(record -> tasks.start("standby of " + record.vm(), () -> keep(record)));
            }
        });
    }

    /** From now on a copy of the VM's disk is kept at a site. */
    void want(VmId vm, SiteId site, Duration within) {
        config.site(site);
        if (within.compareTo(LEAST_WITHIN) < 0) {
            throw new InvalidValueException(
                    "a standby copy cannot be within %s: give at least %s".formatted(within, LEAST_WITHIN));
        }
        byte[] value = Json.write(new StandbyRecord(vm, site, within.toMillis()));
        registry.read(Paths.standby(vm))
                .ifPresentOrElse(
                        known -> registry.replace(known, value), () -> registry.create(Paths.standby(vm), value));
        standings.remove(vm);
    }

    /** The copy follows no more; its blocks stay, as a cache. */
    void end(VmId vm) {
        registry.read(Paths.standby(vm)).ifPresent(registry::delete);
        standings.remove(vm);
    }

    /** How the copy of a VM's disk stands; empty where none is wanted. */
    Optional<Answers.Standby> of(VmId vm) {
        return wanted(registry, vm).map(this::of);
    }

    Answers.Standby of(StandbyRecord record) {
        Standing standing = standing(record.vm());
        return new Answers.Standby(
                record.site().value(),
                standing.made,
                record.withinMillis(),
                Duration.between(standing.wholeAt, clock.instant()).toMillis(),
                standing.missingBlocks);
    }

    static Optional<StandbyRecord> wanted(Registry registry, VmId vm) {
        return registry.read(Paths.standby(vm)).map(entry -> Json.read(entry, StandbyRecord.class));
    }

    /** Those hosts that are where a copy of a VM's disk is wanted. */
    static Set<HostId> hosts(Registry registry, VmId vm, List<HostRecord> all) {
        Optional<SiteId> site = wanted(registry, vm).map(StandbyRecord::site);
        return all.stream()
                .filter(host -> site.filter(host.site()::equals).isPresent())
                .map(HostRecord::host)
                .collect(Collectors.toSet());
    }

    private List<StandbyRecord> records() {
        return registry.children(Paths.STANDBYS).values().stream()
                .map(entry -> Json.read(entry, StandbyRecord.class))
                .toList();
    }

    private Standing standing(VmId vm) {
        return standings.computeIfAbsent(vm, _ -> new Standing(false, clock.instant(), Instant.EPOCH, 0));
    }

    private List<StandbyRecord> due() {
        try {
            Instant now = clock.instant();
            return records().stream()
                    .filter(record -> !standing(record.vm())
                            .askedAt
                            .plusMillis(record.withinMillis() / ROUNDS_WITHIN)
                            .isAfter(now))
                    .filter(record -> underWay.add(record.vm()))
                    .toList();
        } catch (SupercloudException e) {
            log.warn("which standby copies are wanted is not known: {}", e.getMessage());
            return List.of();
        }
    }

    /** One round. */
    void keep(StandbyRecord record) {
        VmId vm = record.vm();
        try {
            Instant begun = clock.instant();
            Standing before = standing(vm);
            standings.put(vm, new Standing(before.made, before.wholeAt, begun, before.missingBlocks));
            Optional<Owner> owner = owners.find(vm.value());
            if (owner.isEmpty()) {
                end(vm);
            } else if (isAt(owner.get().host(), record.site())) {
                standings.put(vm, new Standing(true, begun, begun, 0));
            } else {
                HostCall.VolumeProgress progress = follow(record, owner.get());
                standings.put(vm, before.after(progress, begun));
            }
        } catch (SupercloudException e) {
            log.warn("the copy of VM {} at {} is not brought up to date: {}", vm, record.site(), e.getMessage());
        } finally {
            underWay.remove(vm);
        }
    }

    private boolean isAt(HostId host, SiteId site) {
        return registry.read(Paths.host(host))
                .filter(entry -> Json.read(entry, HostRecord.class).site().equals(site))
                .isPresent();
    }

    private HostCall.VolumeProgress follow(StandbyRecord record, Owner owner) {
        HostId host = alive.lasting().stream()
                .filter(each -> each.site().equals(record.site()))
                .map(HostRecord::host)
                .findFirst()
                .orElseThrow(() -> new InvalidValueException("no host at %s is alive".formatted(record.site())));
        VmRecord known = registry.read(Paths.vm(record.vm()))
                .map(entry -> Json.read(entry, VmRecord.class))
                .orElseThrow(() -> new InvalidValueException("there is no VM %s".formatted(record.vm())));
        long limitMillis = Math.min(LONGEST_ROUND_MILLIS, record.withinMillis());
        return hosts.of(host)
                .call(new HostCall.TendDisk(known.spec(), owner, new DiskCare.StandBy(limitMillis)), ANSWER_LIMIT);
    }
}
