package io.supercloud.app.manager;

import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.Tasks;
import io.supercloud.core.VmId;
import io.supercloud.migration.EvacuationPlan;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostNotice;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Empties hosts, because somebody asks for it or because their cloud takes them away. */
final class Evacuations {
    private static final Logger log = LoggerFactory.getLogger(Evacuations.class);
    /** A host that has not said by then how much room it has gets no VMs. */
    private static final Duration ROOM_LIMIT = Duration.ofSeconds(5);

    private static final int MOST_ASKED_AT_ONCE = 16;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

    private final Registry registry;
    private final HostAgent.Directory hosts;
    private final AliveHosts alive;
    private final Vms vms;
    private final SlicePolicies policies;
    private final Moves moves;
    private final ConfiguredLinks links;
    private final Metrics metrics;
    private final InstantSource clock;
    private final Tasks tasks;
    private final Set<HostId> underWay = ConcurrentHashMap.newKeySet();
    /** Notices that are in the registry and acted on. */
    private final Set<HostNotice> heard = ConcurrentHashMap.newKeySet();

    Evacuations(
            Registry registry,
            HostAgent.Directory hosts,
            Vms vms,
            SlicePolicies policies,
            Moves moves,
            ConfiguredLinks links,
            Metrics metrics,
            InstantSource clock,
            Tasks tasks) {
        this.registry = registry;
        this.hosts = hosts;
        this.alive = new AliveHosts(registry);
        this.vms = vms;
        this.policies = policies;
        this.moves = moves;
        this.links = links;
        this.metrics = metrics;
        this.clock = clock;
        this.tasks = tasks;
    }

    /** Evacuates hosts under notice from now on, those of earlier notices too. */
    void followNotices() {
        registry.watch(Paths.NOTICES, entries -> {
            List<HostNotice> notices = entries.values().stream()
                    .map(entry -> Json.read(entry, HostNotice.class))
                    .toList();
            heard.retainAll(notices);
            notices.stream()
                    .filter(this::isAhead)
                    .filter(heard::add)
                    .forEach(notice -> tasks.start("eviction of " + notice.host(), () -> evict(notice)));
        });
    }

    private boolean isAhead(HostNotice notice) {
        return notice.deadline().isAfter(clock.instant());
    }

    /** Tries again until the host is empty, its time is over, or the notice is gone because the host is another one now. */
    private void evict(HostNotice notice) {
        String host = notice.host().value();
        moves.publish(
                "host.notice",
                host,
                "host %s will be taken away at %s".formatted(host, notice.deadline()),
                Map.of("deadline", notice.deadline().toString()));
        Duration pause = FIRST_PAUSE;
        boolean empty = emptied(notice);
        while (!empty && isAhead(notice) && heard.contains(notice)) {
            tasks.sleep(pause);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : pause;
            empty = emptied(notice);
        }
        if (empty) {
            long left = Duration.between(clock.instant(), notice.deadline()).toSeconds();
            moves.publish(
                    "host.evacuated",
                    host,
                    "all VMs have left host %s, %d s before its end".formatted(host, left),
                    Map.of());
        } else {
            moves.publish("host.lost", host, "host %s is taken away with VMs on it".formatted(host), Map.of());
        }
    }

    private boolean emptied(HostNotice notice) {
        try {
            evacuate(notice.host().value(), Optional.of(notice.deadline()), line -> log.info("{}", line));
            return leaving(notice.host(), true).isEmpty();
        } catch (SupercloudException e) {
            log.warn("host {} is not evacuated yet: {}", notice.host(), e.getMessage());
            return false;
        }
    }

    /** Who would go where, and be away by when. Changes nothing. */
    Answers.Evacuation plan(String name, Optional<Instant> deadline) {
        HostId host = alive.named(name);
        return answer(host, planned(host, deadline), List.of());
    }

    /** Returns when the last move has ended. */
    Answers.Evacuation evacuate(String name, Optional<Instant> deadline, Consumer<String> progress) {
        HostId host = alive.named(name);
        EvacuationPlan plan = planned(host, deadline);
        long inTime = plan.departures().stream()
                .filter(EvacuationPlan.Departure::inTime)
                .count();
        progress.accept("%d VMs leave host %s, %d of them in time; %d have nowhere to go"
                .formatted(
                        plan.departures().size(), host, inTime, plan.homeless().size()));
        return answer(host, plan, carryOut(host, plan, deadline, progress));
    }

    private static Answers.Evacuation answer(HostId host, EvacuationPlan plan, List<Answers.Move> made) {
        return new Answers.Evacuation(host.value(), plan.departures(), plan.homeless(), made);
    }

    private EvacuationPlan planned(HostId host, Optional<Instant> deadline) {
        Map<HostId, Long> room = room(host);
        List<HostRecord> others = alive.lasting();
        int streams = underWay.contains(host) ? 1 : EvacuationPlan.LANES; // while one is under way its links are shared
        ConcurrentLinkedQueue<EvacuationPlan.Leaving> leaving = new ConcurrentLinkedQueue<>();
        inLanes(MOST_ASKED_AT_ONCE, leaving(host, deadline.isPresent()), record -> {
            VmId vm = record.spec().id();
            leaving.add(new EvacuationPlan.Leaving(
                    vm,
                    Kind.of(record.desired()),
                    record.spec().memoryMiB(),
                    moves.forecasts(vm, host, room.keySet(), streams),
                    Standbys.hosts(registry, vm, others)));
        });
        return EvacuationPlan.of(
                List.copyOf(leaving), room, deadline.map(end -> Duration.between(clock.instant(), end)));
    }

    /** All VMs of a host, on notice but for those whose policies let them stay. */
    private List<VmRecord> leaving(HostId host, boolean onNotice) {
        return vms.on(host).stream()
                .filter(record -> !onNotice || policies.leavesOnNotice(new VmId(record.name())))
                .toList();
    }

    /** Free MiB of the hosts that VMs may go to. */
    private Map<HostId, Long> room(HostId without) {
        Map<HostId, Long> room = new ConcurrentHashMap<>();
        List<HostId> others = alive.lasting().stream()
                .map(HostRecord::host)
                .filter(host -> !host.equals(without))
                .toList();
        inLanes(MOST_ASKED_AT_ONCE, others, host -> {
            try {
                HostCall.HostFacts facts = hosts.of(host).call(new HostCall.DescribeHost(), ROOM_LIMIT);
                room.put(host, facts.freeMemoryMiB());
            } catch (MigrationException e) {
                log.warn("no VM goes to host {}: {}", host, e.getMessage());
            }
        });
        return room;
    }

    private List<Answers.Move> carryOut(
            HostId host, EvacuationPlan plan, Optional<Instant> deadline, Consumer<String> progress) {
        if (!underWay.add(host)) {
            throw new MigrationException("host %s is being evacuated already".formatted(host));
        }
        links.share(host, EvacuationPlan.LANES);
        metrics.evacuating(underWay.size());
        tellBegin(host, plan);
        ConcurrentLinkedQueue<Answers.Move> made = new ConcurrentLinkedQueue<>();
        try {
            inLanes(
                    EvacuationPlan.LANES,
                    plan.departures(),
                    next -> leave(host, next, deadline, progress).ifPresent(made::add));
            tellEnd(host, plan, made);
            return List.copyOf(made);
        } finally {
            links.share(host, 1);
            underWay.remove(host);
            metrics.evacuating(underWay.size());
        }
    }

    private void tellBegin(HostId host, EvacuationPlan plan) {
        moves.publish(
                "host.evacuating",
                host.value(),
                "%d VMs are to leave host %s; %d have nowhere to go"
                        .formatted(
                                plan.departures().size(), host, plan.homeless().size()),
                Map.of());
    }

    private void tellEnd(HostId host, EvacuationPlan plan, Collection<Answers.Move> made) {
        long left = made.stream().filter(move -> move.failure().isEmpty()).count();
        moves.publish(
                "host.evacuation-ended",
                host.value(),
                "%d of %d VMs have left host %s"
                        .formatted(
                                left, plan.departures().size() + plan.homeless().size(), host),
                Map.of());
    }

    /** Does {@code work} for {@code items} in their order, so many beside each other; throws the first error. */
    private <T> void inLanes(int lanes, Collection<T> items, Consumer<T> work) {
        ConcurrentLinkedQueue<T> waiting = new ConcurrentLinkedQueue<>(items);
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int lane = 0; lane < Math.min(lanes, items.size()); lane++) {
            running.add(CompletableFuture.runAsync(
                    () -> {
                        for (T next = waiting.poll(); next != null; next = waiting.poll()) {
                            work.accept(next);
                        }
                    },
                    tasks));
        }
        try {
            CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof SupercloudException known ? known : e;
        }
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
        } catch (SupercloudException e) {
            progress.accept("VM %s stays: %s".formatted(next.vm(), e.getMessage()));
            moves.publish(
                    "vm.stays",
                    next.vm().value(),
                    "VM %s stays on host %s: %s".formatted(next.vm(), host, e.getMessage()),
                    Map.of("to", next.target().value()));
            return Optional.empty();
        }
    }
}
