package io.supercloud.app.manager;

import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.migration.EvacuationPlan;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostNotice;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveForecast;
import io.supercloud.migration.Paths;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Empties hosts, because somebody asks for it or because their cloud takes them away. */
final class Evacuations {
    private static final Logger log = LoggerFactory.getLogger(Evacuations.class);

    private final Registry registry;
    private final HostAgent.Directory hosts;
    private final Fleet fleet;
    private final Vms vms;
    private final Moves moves;
    private final ConfiguredLinks links;
    private final InstantSource clock;
    private final Set<HostId> underWay = ConcurrentHashMap.newKeySet();

    Evacuations(
            Registry registry,
            HostAgent.Directory hosts,
            Fleet fleet,
            Vms vms,
            Moves moves,
            ConfiguredLinks links,
            InstantSource clock) {
        this.registry = registry;
        this.hosts = hosts;
        this.fleet = fleet;
        this.vms = vms;
        this.moves = moves;
        this.links = links;
        this.clock = clock;
    }

    /** Evacuates hosts under notice from now on, those of earlier notices too. */
    void followNotices() {
        registry.watch(
                Paths.NOTICES,
                entries -> entries.values().stream()
                        .map(entry -> Json.read(entry, HostNotice.class))
                        .filter(notice -> notice.deadline().isAfter(clock.instant()))
                        .forEach(notice -> Thread.ofVirtual()
                                .name("eviction of " + notice.host())
                                .start(() -> evict(notice))));
    }

    private void evict(HostNotice notice) {
        moves.publish(
                "host.notice",
                notice.host().value(),
                "host %s will be taken away at %s".formatted(notice.host(), notice.deadline()),
                Map.of("deadline", notice.deadline().toString()));
        try {
            Answers.Evacuation done = evacuate(
                    notice.host().value(), false, Optional.of(notice.deadline()), line -> log.info("{}", line));
            moves.publish(
                    "host.evacuated",
                    notice.host().value(),
                    "%d of %d VMs have left host %s %d s before its end"
                            .formatted(
                                    done.saved(),
                                    done.departures().size() + done.homeless().size(),
                                    notice.host(),
                                    Duration.between(clock.instant(), notice.deadline())
                                            .toSeconds()),
                    Map.of());
        } catch (SupercloudException e) {
            log.error("host {} could not be evacuated: {}", notice.host(), e.getMessage());
        }
    }

    /** Plans, and unless {@code planOnly} carries it out and returns when the last move has ended. */
    Answers.Evacuation evacuate(String name, boolean planOnly, Optional<Instant> deadline, Consumer<String> progress) {
        HostId host = source(name);
        if (!planOnly && !underWay.add(host)) {
            throw new MigrationException("host %s is being evacuated already".formatted(host));
        }
        links.share(host, EvacuationPlan.LANES);
        try {
            EvacuationPlan plan = plan(host, deadline.map(end -> Duration.between(clock.instant(), end)), progress);
            List<Answers.Move> made = planOnly ? List.of() : carryOut(host, plan, deadline, progress);
            return new Answers.Evacuation(host.value(), plan.departures(), plan.homeless(), made);
        } finally {
            links.share(host, 1);
            underWay.remove(host);
        }
    }

    private HostId source(String name) {
        return fleet.alive().stream()
                .filter(host ->
                        host.host().value().equals(name) || host.site().value().equals(name))
                .map(HostRecord::host)
                .findFirst()
                .orElseThrow(() -> new InvalidValueException(
                        "there is no host or site '%s' alive; see 'supercloud status'".formatted(name)));
    }

    private EvacuationPlan plan(HostId host, Optional<Duration> left, Consumer<String> progress) {
        Map<HostId, Long> room = new HashMap<>();
        for (HostRecord other : fleet.alive()) {
            if (!other.host().equals(host)
                    && registry.read(Paths.notice(other.host())).isEmpty()) {
                room.put(
                        other.host(),
                        hosts.of(other.host()).call(new HostCall.DescribeHost()).freeMemoryMiB());
            }
        }
        List<EvacuationPlan.Leaving> leaving = new ArrayList<>();
        for (Answers.Vm vm : vms.list()) {
            if (vm.host().equals(host.value()) && vm.state().equals("running")) {
                Map<HostId, MoveForecast> forecasts = moves.forecasts(vm.vm(), room.keySet());
                leaving.add(new EvacuationPlan.Leaving(vm.vm(), vm.memoryMiB(), forecasts));
            }
        }
        EvacuationPlan plan = EvacuationPlan.of(leaving, room, left);
        progress.accept("%d VMs leave host %s, %d of them in time; %d have nowhere to go"
                .formatted(
                        plan.departures().size(),
                        host,
                        plan.departures().stream()
                                .filter(EvacuationPlan.Departure::inTime)
                                .count(),
                        plan.homeless().size()));
        return plan;
    }

    private List<Answers.Move> carryOut(
            HostId host, EvacuationPlan plan, Optional<Instant> deadline, Consumer<String> progress) {
        ConcurrentLinkedQueue<EvacuationPlan.Departure> waiting = new ConcurrentLinkedQueue<>(plan.departures());
        ConcurrentLinkedQueue<Answers.Move> made = new ConcurrentLinkedQueue<>();
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (int lane = 0; lane < EvacuationPlan.LANES; lane++) {
            lanes.add(CompletableFuture.runAsync(
                    () -> {
                        for (EvacuationPlan.Departure next = waiting.poll(); next != null; next = waiting.poll()) {
                            leave(host, next, deadline, progress).ifPresent(made::add);
                        }
                    },
                    Thread::startVirtualThread));
        }
        CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new)).join();
        return List.copyOf(made);
    }

    /** One VM that cannot leave does not hold the others back. */
    private Optional<Answers.Move> leave(
            HostId host, EvacuationPlan.Departure next, Optional<Instant> deadline, Consumer<String> progress) {
        String reason = deadline.map(end -> "host %s will be taken away at %s".formatted(host, end))
                .orElse("host %s is evacuated".formatted(host));
        try {
            Answers.Move move = moves.move(next.vm(), next.target().value(), reason, progress);
            progress.accept(move.failure()
                    .map(why -> "VM %s stays: %s".formatted(move.vm(), why))
                    .orElse("VM %s is on %s after %d ms".formatted(move.vm(), move.to(), move.totalMillis())));
            return Optional.of(move);
        } catch (RegistryException | MigrationException e) {
            progress.accept("VM %s stays: %s".formatted(next.vm(), e.getMessage()));
            return Optional.empty();
        }
    }

    /** Why a VM is where it is: its moves, newest first. */
    Answers.Why why(VmId vm) {
        return new Answers.Why(vm, vms.owner(vm).host().value(), moves.of(vm).reversed());
    }
}
