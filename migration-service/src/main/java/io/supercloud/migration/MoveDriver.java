package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.Lease;
import io.supercloud.core.MoveId;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.Tasks;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall.Armed;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.SwitchTimes;
import io.supercloud.migration.HostCall.TransferStatus;
import io.supercloud.migration.HostCall.VolumeProgress;
import io.supercloud.migration.hypervisor.StreamShape;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives moves, step by step. Every state is journalled before its step is begun and every step is idempotent, so that
 * {@link #finish} can go on with a move that another process began: another manager, or, where all of them stay away, the
 * agent of one of its hosts. A lease says who drives. It is no fence: one who stood still may take a step once more, so what
 * a step writes is checked against the journal.
 *
 * <p>Steps 5 to 7 are the source agent's; the driver only follows them. The owner change in step 6 is the point of no
 * return: before it every failure is undone, after it the driver goes on until the move has settled.
 */
public final class MoveDriver {
    private static final Duration RESERVE_LIMIT = Duration.ofSeconds(60);
    private static final Duration ARM_LIMIT = Duration.ofSeconds(45);
    /** How long a host may be silent in steps 5 to 8, or in an undo, before the driver looks for another way. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);

    private static final Duration FOLLOW_PAUSE = Duration.ofMillis(50);
    /** How often the registry is asked, while a stream is followed, whether its move was cancelled. */
    private static final Duration WANTED_PAUSE = Duration.ofMillis(500);

    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
    /** How often who waits for another to drive a move looks whether that has ended. */
    private static final Duration TURN_PAUSE = Duration.ofSeconds(1);

    private static final Logger log = LoggerFactory.getLogger(MoveDriver.class);

    private final Registry registry;
    private final Owners owners;
    private final MoveJournal journal;
    private final PatientJournal patiently;
    private final HostAgent.Directory hosts;
    private final InstantSource clock;
    private final Tasks tasks;
    private final Tasks.Mutex beginning;
    private final Consumer<Progress> listener;
    private final Links links;
    private final Lease.Holder me;
    private final MoveEstimates estimates;
    private final MoveOrders orders;
    private final MoveEnding ending;

    /**
     * @param listener is told each new state and the progress of streams, on the driving thread
     * @param me who drives; moves that another drives are waited for
     */
    public MoveDriver(
            Registry registry,
            HostAgent.Directory hosts,
            InstantSource clock,
            Tasks tasks,
            Consumer<Progress> listener,
            Links links,
            Lease.Holder me) {
        this.registry = registry;
        this.owners = new Owners(registry);
        this.journal = new MoveJournal(registry);
        this.patiently = new PatientJournal(journal, clock, tasks);
        this.hosts = hosts;
        this.clock = clock;
        this.tasks = tasks;
        this.beginning = tasks.newMutex();
        this.listener = listener;
        this.links = links;
        this.me = me;
        this.estimates = new MoveEstimates(journal, hosts, links, clock);
        this.orders = new MoveOrders(registry);
        this.ending = new MoveEnding(registry, hosts, clock, tasks);
    }

    /** @param streaming the stream's state in step 5, else {@link TransferStatus.Unknown} */
    public record Progress(MoveRecord move, TransferStatus streaming) {}

    /** What speaks against {@link #move}; changes nothing. */
    public List<String> objections(VmId vm, HostId target, MoveManner manner) {
        return objections(orders.of(new MoveId("plan"), vm, target, manner));
    }

    /** What is to be known of {@link #move} though nothing speaks against it. */
    public List<String> remarks(VmId vm, HostId target, MoveManner manner) {
        return estimates.remarks(orders.of(new MoveId("plan"), vm, target, manner));
    }

    /** What moves from {@code source} would be like, by target, {@code streams} beside each other; none where it cannot say. */
    public Map<HostId, MoveForecast> forecasts(VmId vm, HostId source, Set<HostId> targets, int streams) {
        return orders.kind(vm)
                .map(kind -> estimates.forecasts(vm, source, targets, streams, MoveManner.LIVE.of(kind)))
                .orElse(Map.of());
    }

    /** Asks for the end of a move that this manager, or another one, drives; throws where its owner has changed. */
    public void cancel(MoveId move) {
        journal.cancel(move);
    }

    /** Changes what the memory stream of a move may take, 0 for all; throws where none is under way. */
    public void limit(MoveId move, long bytesPerSecond) {
        MoveRecord record =
                journal.find(move).orElseThrow(() -> new MigrationException("there is no move %s".formatted(move)));
        if (!(record.state() instanceof MoveState.Ready)) {
            throw new MigrationException("move %s streams nothing now: it is %s"
                    .formatted(move, record.state().name()));
        }
        hosts.of(record.order().source()).call(new HostCall.LimitTransfer(record.order(), bytesPerSecond));
    }

    /** As the other one, without post-copy. */
    public MoveRecord move(MoveId id, VmId vm, HostId target, String reason) {
        return move(id, vm, target, reason, MoveManner.LIVE);
    }

    /** Moves a VM and returns when the move has ended, well or not. Throws where it could not even begin. */
    public MoveRecord move(MoveId id, VmId vm, HostId target, String reason, MoveManner manner) {
        MoveOrder order = orders.of(id, vm, target, manner);
        Lease turn = turn(id);
        if (!turn.take()) {
            throw new MigrationException("move %s is another's already".formatted(id));
        }
        try {
            return drive(begin(MoveRecord.planned(order, reason, clock.instant())), turn);
        } finally {
            release(turn);
        }
    }

    /** One move of a VM at a time. */
    private MoveRecord begin(MoveRecord record) {
        beginning.lock();
        try {
            requireNoOther(record.order().vm());
            return patiently.begin(record);
        } finally {
            beginning.unlock();
        }
    }

    private void requireNoOther(VmId vm) {
        journal.all().stream()
                .filter(known -> known.order().vm().equals(vm) && !known.state().ended())
                .findAny()
                .ifPresent(known -> {
                    throw new MigrationException("VM %s is already being moved to %s by move %s"
                            .formatted(vm, known.order().target(), known.order().move()));
                });
    }

    /** Takes a move from the state that the journal has to its end, or waits for who drives it already. */
    public MoveRecord finish(MoveRecord record) {
        Lease turn = turn(record.order().move());
        try {
            return drive(record, turn);
        } finally {
            release(turn);
        }
    }

    private Lease turn(MoveId move) {
        return new Lease(registry, Paths.driving(move), me);
    }

    private static void release(Lease turn) {
        try {
            turn.release();
        } catch (RegistryException e) {
            log.info("a lease ends by itself only: {}", e.getMessage());
        }
    }

    private MoveRecord drive(MoveRecord record, Lease turn) {
        MoveRecord current = awaitTurn(record, turn);
        told(current);
        while (!current.state().ended()) {
            MoveState next = next(current);
            if (next.equals(current.state())) {
                current = awaitTurn(patiently.known(current), turn);
            } else {
                current = awaitTurn(advanced(current, next), turn);
                told(current);
            }
        }
        return current;
    }

    /** Where another has advanced it meanwhile, its state counts. */
    private MoveRecord advanced(MoveRecord record, MoveState next) {
        try {
            return patiently.advance(estimated(record, next), next);
        } catch (MigrationException raced) {
            MoveRecord known = patiently.known(record);
            if (known.state().equals(record.state())) {
                throw raced;
            }
            log.info("move {} was driven on by another: {}", record.order().move(), raced.getMessage());
            return known;
        }
    }

    /** The move as it is when this process may drive it, or as it has ended under another. */
    private MoveRecord awaitTurn(MoveRecord record, Lease turn) {
        MoveRecord current = record;
        while (!current.state().ended() && !taken(turn)) {
            tasks.sleep(TURN_PAUSE);
            current = patiently.known(current);
        }
        return current;
    }

    /** Nobody else can take it while the registry does not answer, and no step is journalled without it. */
    private static boolean taken(Lease turn) {
        try {
            return turn.take();
        } catch (RegistryException.Unavailable e) {
            return true;
        }
    }

    private MoveRecord estimated(MoveRecord record, MoveState next) {
        return next instanceof MoveState.Checked ? record.expecting(estimates.forecast(record.order())) : record;
    }

    private void told(MoveRecord record) {
        listener.accept(new Progress(record, new TransferStatus.Unknown()));
    }

    private MoveState next(MoveRecord record) {
        MoveOrder order = record.order();
        try {
            requireWanted(record);
            return switch (record.state()) {
                case MoveState.Planned ignored -> check(order);
                case MoveState.Checked ignored -> reserve(record);
                case MoveState.Reserved ignored -> warm(record);
                case MoveState.Warmed warmed -> arm(record, warmed);
                case MoveState.Ready ready -> transfer(record, ready);
                case MoveState.Switched switched -> ending.settle(record, switched);
                case MoveState.Undoing undoing -> ending.undo(record, undoing);
                case MoveState.Settled ended -> ended;
                case MoveState.Failed ended -> ended;
            };
        } catch (SupercloudException e) {
            return failed(record, e);
        }
    }

    private void requireWanted(MoveRecord record) {
        if (record.state().canBeCancelled() && patiently.known(record).cancelled()) {
            throw new MigrationException("the move was cancelled");
        }
    }

    /** A failure before the owner change is undone; what comes after it is tried until it works. */
    private MoveState failed(MoveRecord record, SupercloudException cause) {
        return switch (record.state()) {
            case MoveState.Switched switched -> {
                tasks.sleep(RETRY_PAUSE);
                yield switched;
            }
            case MoveState.Undoing undoing -> {
                tasks.sleep(RETRY_PAUSE);
                yield undoing;
            }
            default -> new MoveState.Undoing(record.state().step(), String.valueOf(cause.getMessage()));
        };
    }

    private MoveState check(MoveOrder order) {
        List<String> objections = objections(order);
        if (!objections.isEmpty()) {
            throw new MigrationException(String.join("; ", objections));
        }
        return new MoveState.Checked();
    }

    private List<String> objections(MoveOrder order) {
        List<String> found = new ArrayList<>(estimates.objections(order));
        orders.objection(order).ifPresent(found::add);
        return List.copyOf(found);
    }

    /** The port's record is read before the journal, so that who is late, and another's turn over, changes nothing. */
    private MoveState reserve(MoveRecord record) {
        MoveOrder order = record.order();
        Registry.Entry entry = PortRecord.entry(registry, order);
        journal.requireAt(record);
        PortRecord port = Json.read(entry, PortRecord.class);
        PortRecord moving = port.moving(order.source(), order.target());
        if (port.moveTo().isPresent() && !port.equals(moving)) {
            throw new MigrationException("VM %s is already being moved, to %s"
                    .formatted(order.vm(), port.moveTo().get()));
        }
        if (!port.equals(moving)) {
            registry.replace(entry, Json.write(moving));
        }
        hosts.of(order.target()).call(new HostCall.Reserve(order), RESERVE_LIMIT);
        return new MoveState.Reserved();
    }

    /** Round after round, as long as each brings something. */
    private MoveState warm(MoveRecord record) {
        HostCall.Warm round = new HostCall.Warm(record.order());
        HostAgent target = hosts.of(record.order().target());
        VolumeProgress progress = target.call(round);
        while (!progress.complete()) {
            requireWanted(record);
            VolumeProgress next = target.call(round);
            if (!next.complete() && next.missingBlocks() >= progress.missingBlocks()) {
                throw new MigrationException("%d blocks of VM %s do not arrive at %s"
                        .formatted(
                                next.missingBlocks(),
                                record.order().vm(),
                                record.order().target()));
            }
            progress = next;
        }
        return new MoveState.Warmed(progress.bytesFetched());
    }

    private MoveState arm(MoveRecord record, MoveState.Warmed warmed) {
        MoveOrder order = record.order();
        StreamShape stream = record.forecast().map(MoveForecast::stream).orElse(StreamShape.SINGLE);
        Armed armed = hosts.of(order.target()).call(new HostCall.Arm(order, stream), ARM_LIMIT);
        return new MoveState.Ready(warmed.diskBytes(), armed);
    }

    /** Follows the source. A source that forgets, or is silent for long, is judged by the owner record. */
    private MoveState transfer(MoveRecord record, MoveState.Ready ready) {
        MoveOrder order = record.order();
        HostAgent source = hosts.of(order.source());
        source.call(new HostCall.Transfer(order, ready.target(), streamBytesPerSecond(record)));
        long silentSince = tasks.nanoTime();
        long wantedAt = silentSince;
        while (true) {
            if (tasks.nanoTime() - wantedAt > WANTED_PAUSE.toNanos()) {
                requireWanted(record);
                wantedAt = tasks.nanoTime();
            }
            try {
                switch (source.call(new HostCall.FollowTransfer(order))) {
                    case TransferStatus.Streaming streaming -> listener.accept(new Progress(record, streaming));
                    case TransferStatus.Switched(SwitchTimes times, long bytes, StreamFigures stream) -> {
                        return new MoveState.Switched(times, bytes, stream);
                    }
                    case TransferStatus.GivenUp(String reason) ->
                        throw new MigrationException("the source gave up: " + reason);
                    case TransferStatus.Unknown ignored -> {
                        return judged(order, "the source's agent was restarted");
                    }
                }
                silentSince = tasks.nanoTime();
            } catch (HostUnreachableException e) {
                if (tasks.nanoTime() - silentSince > SILENCE_LIMIT.toNanos()) {
                    return judged(order, e.getMessage());
                }
            }
            tasks.sleep(FOLLOW_PAUSE);
        }
    }

    /** An agent that drives knows no links, but what the manager took them for. */
    private long streamBytesPerSecond(MoveRecord record) {
        MoveOrder order = record.order();
        long known = links.between(order.source(), order.target()).streamBytesPerSecond();
        return known > 0
                ? known
                : record.forecast().map(MoveForecast::streamBytesPerSecond).orElse(0L);
    }

    private MoveState judged(MoveOrder order, String why) {
        if (owners.fence(order.vm().value(), order.before())) {
            throw new MigrationException(why);
        }
        return new MoveState.Switched(SwitchTimes.UNKNOWN, 0, StreamFigures.NONE);
    }
}
