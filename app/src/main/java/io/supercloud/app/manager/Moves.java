package io.supercloud.app.manager;

import io.supercloud.core.Event;
import io.supercloud.core.Events;
import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Lease;
import io.supercloud.core.MoveId;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall.TransferStatus;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveDriver;
import io.supercloud.migration.MoveEvents;
import io.supercloud.migration.MoveForecast;
import io.supercloud.migration.MoveJournal;
import io.supercloud.migration.MoveManner;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.MoveReport;
import io.supercloud.migration.MoveState;
import io.supercloud.migration.Paths;
import io.supercloud.migration.Timeline;
import io.supercloud.migration.VmRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves, as users and policies ask for them; each state is told as an event. */
final class Moves {
    private static final Logger log = LoggerFactory.getLogger(Moves.class);
    /** How long a move is taken to last of which nothing is known. */
    private static final Duration GUESSED_TIME = Duration.ofSeconds(10);

    private final Registry registry;
    private final Events events;
    private final InstantSource clock;
    private final AliveHosts alive;
    private final Vms vms;
    private final Metrics metrics;
    private final Lease.Holder me;
    private final MoveDriver driver;
    private final MoveJournal journal;
    private final Map<MoveId, Watcher> watching = new ConcurrentHashMap<>();

    Moves(
            ConfiguredLinks links,
            Registry registry,
            Events events,
            InstantSource clock,
            HostAgent.Directory hosts,
            Vms vms,
            Metrics metrics,
            Lease.Holder me) {
        this.registry = registry;
        this.events = events;
        this.clock = clock;
        this.alive = new AliveHosts(registry);
        this.vms = vms;
        this.metrics = metrics;
        this.me = me;
        this.driver = new MoveDriver(registry, hosts, clock, new VirtualThreadTasks(), this::tell, links, me);
        this.journal = new MoveJournal(registry);
    }

    /** Goes on with the moves that an earlier manager left, each on a thread of its own. */
    void resume() {
        for (MoveRecord record : journal.all()) {
            if (!record.state().ended()) {
                log.info("going on with move {} at {}", record.order().move(), record.state());
                Thread.ofVirtual().name("move " + record.order().move()).start(() -> finish(record));
            }
        }
    }

    private void finish(MoveRecord record) {
        try {
            driver.finish(record);
        } catch (SupercloudException e) {
            log.error("move {} stopped: {}", record.order().move(), e.getMessage());
        }
    }

    Answers.Move move(VmId vm, String to, String reason, Consumer<String> progress) {
        return move(vm, to, reason, MoveManner.LIVE, progress);
    }

    Answers.Move move(VmId vm, String to, String reason, MoveManner manner, Consumer<String> progress) {
        return move(vm, to, reason, manner, new Watcher(progress));
    }

    private Answers.Move move(VmId vm, String to, String reason, MoveManner manner, Watcher watcher) {
        HostId target = alive.named(to);
        againstQuota(vm, target).ifPresent(why -> {
            throw new MigrationException(why);
        });
        byte[] random = new byte[4];
        ThreadLocalRandom.current().nextBytes(random);
        MoveId id = new MoveId("m-" + HexFormat.of().formatHex(random));
        watcher.progress().accept("move %s: VM %s to %s: %s".formatted(id, vm, target, reason));
        watching.put(id, watcher);
        try {
            return answer(driver.move(id, vm, target, reason, manner));
        } finally {
            watching.remove(id);
        }
    }

    /**
     * Somebody who waits for a move.
     *
     * @param belongs completed when the owner has changed
     */
    private record Watcher(StreamText text, Consumer<String> progress, CompletableFuture<Answers.Move> belongs) {
        Watcher(Consumer<String> progress) {
            this(new StreamText(), progress, new CompletableFuture<>());
        }

        void told(MoveDriver.Progress next) {
            if (next.streaming() instanceof TransferStatus.Streaming streaming) {
                text.after(streaming, System.nanoTime()).ifPresent(progress);
            } else if (next.move().state() instanceof MoveState.Switched) {
                belongs.complete(answer(next.move()));
            }
        }
    }

    /**
     * Moves a VM where it is not there already. Throws where it does not arrive.
     *
     * @param whole whether to wait for all of its disk, or only until it belongs there
     */
    void bring(VmId vm, String to, boolean whole, Consumer<String> progress) {
        if (vms.owner(vm).host().equals(alive.named(to))) {
            return;
        }
        Watcher watcher = new Watcher(progress);
        CompletableFuture<Answers.Move> ended = CompletableFuture.supplyAsync(
                () -> move(vm, to, "it is to go on there", MoveManner.LIVE, watcher), Thread::startVirtualThread);
        try {
            Answers.Move made =
                    (Answers.Move) (whole ? ended : CompletableFuture.anyOf(watcher.belongs(), ended)).join();
            made.failure().ifPresent(why -> {
                throw new MigrationException("VM %s stays on %s: %s".formatted(made.vm(), made.from(), why));
            });
        } catch (CompletionException e) {
            throw e.getCause() instanceof SupercloudException known ? known : e;
        }
    }

    Answers.MovePlan plan(VmId vm, String to, MoveManner manner) {
        HostId target = alive.named(to);
        Owner owner = vms.owner(vm);
        List<String> objections = Stream.concat(
                        againstQuota(vm, target).stream(), driver.objections(vm, target, manner).stream())
                .toList();
        MoveForecast forecast =
                driver.forecasts(vm, owner.host(), Set.of(target), 1).get(target);
        return new Answers.MovePlan(
                vm,
                owner.host().value(),
                target.value(),
                memoryBytes(vm),
                Optional.ofNullable(forecast),
                objections,
                driver.remarks(vm, target, manner));
    }

    /** A VM without a process takes nothing of a quota; when it is started there, that is asked. */
    private Optional<String> againstQuota(VmId vm, HostId target) {
        VmRecord record = Json.read(vms.record(vm), VmRecord.class);
        return record.desired().hasProcess() ? vms.quotas().objection(record.spec(), target) : Optional.empty();
    }

    /**
     * What moves of {@code vm} would be like, by target, {@code streams} beside each other. A host that cannot measure it does
     * not keep it: it is guessed from its memory then.
     */
    Map<HostId, MoveForecast> forecasts(VmId vm, HostId source, Set<HostId> targets, int streams) {
        Map<HostId, MoveForecast> found = driver.forecasts(vm, source, targets, streams);
        return found.isEmpty()
                ? targets.stream().collect(Collectors.toMap(target -> target, target -> guess(vm)))
                : found;
    }

    private MoveForecast guess(VmId vm) {
        return new MoveForecast(GUESSED_TIME.toMillis() / 1e3, 0, memoryBytes(vm), 0, 0, true);
    }

    /** Why a VM is where it is: its moves and restarts, newest first, and what was decided for it. */
    Answers.Why why(VmId vm, List<Answers.Decided> decisions) {
        return new Answers.Why(
                vm, vms.owner(vm).host().value(), of(vm).reversed(), HostLosses.of(registry, vm), decisions);
    }

    /** Under which name this manager drives moves. */
    String driverName() {
        return me.name();
    }

    void cancel(MoveId move) {
        driver.cancel(move);
    }

    void limit(MoveId move, long bytesPerSecond) {
        driver.limit(move, bytesPerSecond);
    }

    Timeline timeline(MoveId move) {
        return Timeline.of(journal.find(move)
                .orElseThrow(() -> new InvalidValueException(
                        "there is no move %s; 'supercloud why VM' lists a VM's".formatted(move))));
    }

    static Answers.Move answer(MoveRecord record) {
        Optional<MoveReport> report = record.state() instanceof MoveState.Settled(MoveReport settled)
                ? Optional.of(settled)
                : Optional.empty();
        Optional<String> failure = record.state() instanceof MoveState.Failed(MoveState.Step at, String why)
                ? Optional.of(
                        "step %d (%s): %s".formatted(at.number(), at.name().toLowerCase(Locale.ROOT), why))
                : Optional.empty();
        return new Answers.Move(
                record.order().move().value(),
                record.order().vm(),
                record.order().manner().kind().name().toLowerCase(Locale.ROOT),
                record.order().source().value(),
                record.order().target().value(),
                record.reason(),
                report.isPresent() ? "settled" : failure.isPresent() ? "failed" : "under way",
                failure,
                record.begun(),
                report.map(MoveReport::totalMillis).orElse(0L),
                report.map(MoveReport::memoryBytes).orElse(0L),
                report.map(MoveReport::diskBytes).orElse(0L),
                report.map(MoveReport::times));
    }

    private void tell(MoveDriver.Progress progress) {
        metrics.moved(progress);
        MoveRecord record = progress.move();
        Optional.ofNullable(watching.get(record.order().move())).ifPresent(watcher -> watcher.told(progress));
        if (progress.streaming() instanceof TransferStatus.Streaming) {
            return;
        }
        publish(MoveEvents.of(record, me.name(), clock.instant()));
    }

    void publish(String kind, String subject, String message, Map<String, String> details) {
        publish(new Event(clock.instant(), kind, subject, message, details));
    }

    private void publish(Event event) {
        try {
            events.publish(event);
        } catch (RegistryException e) {
            log.warn("event {} is lost: {}", event.kind(), e.getMessage());
        }
    }

    List<Answers.Move> of(VmId vm) {
        return journal.all().stream()
                .filter(record -> record.order().vm().equals(vm))
                .map(Moves::answer)
                .toList();
    }

    boolean moving(VmId vm) {
        return journal.all().stream()
                .anyMatch(record ->
                        record.order().vm().equals(vm) && !record.state().ended());
    }

    /** How long the last move of {@code vm} took and what it sent; a guess from its memory before the first. */
    Cost lastCost(VmId vm) {
        return journal.all().stream()
                .filter(record -> record.order().vm().equals(vm))
                .flatMap(record -> record.state() instanceof MoveState.Settled(MoveReport report)
                        ? Stream.of(new Cost(
                                Duration.ofMillis(report.totalMillis()), report.memoryBytes() + report.diskBytes()))
                        : Stream.empty())
                .reduce((earlier, later) -> later)
                .orElseGet(() -> new Cost(GUESSED_TIME, memoryBytes(vm)));
    }

    /** At most; a VM that is stopped has none. */
    private long memoryBytes(VmId vm) {
        return registry.read(Paths.vm(vm))
                .map(entry -> Json.read(entry, VmRecord.class))
                .filter(record -> record.desired() != VmRecord.Desired.STOPPED)
                .map(record -> (long) record.spec().memoryMiB() << 20)
                .orElse(0L);
    }

    record Cost(Duration time, long bytes) {}
}
