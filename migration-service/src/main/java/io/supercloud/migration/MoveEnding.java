package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.Tasks;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.SwitchTimes;
import io.supercloud.migration.HostCall.TransferStatus;
import io.supercloud.migration.HostCall.VolumeProgress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ends of a move: step 8 after the owner has changed, and the undo where it has not. Both idempotent. */
final class MoveEnding {
    private static final Logger log = LoggerFactory.getLogger(MoveEnding.class);
    /** How long a host that does not answer is asked again to remove what a move has left there. */
    private static final Duration CLEAN_UP_LIMIT = Duration.ofSeconds(10);

    private static final Duration RESUME_LIMIT = Duration.ofSeconds(60);
    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(60);
    private static final Duration FOLLOW_PAUSE = Duration.ofMillis(50);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    private final Registry registry;
    private final Owners owners;
    private final MoveJournal journal;
    private final HostAgent.Directory hosts;
    private final InstantSource clock;
    private final Tasks tasks;

    MoveEnding(Registry registry, HostAgent.Directory hosts, InstantSource clock, Tasks tasks) {
        this.registry = registry;
        this.owners = new Owners(registry);
        this.journal = new MoveJournal(registry);
        this.hosts = hosts;
        this.clock = clock;
        this.tasks = tasks;
    }

    MoveState settle(MoveRecord record, MoveState.Switched switched) {
        MoveOrder order = record.order();
        HostAgent target = hosts.of(order.target());
        target.call(new HostCall.ResumeVm(order), RESUME_LIMIT);
        VolumeProgress progress = target.call(new HostCall.Hydrate(order));
        while (!progress.complete()) {
            tasks.sleep(FOLLOW_PAUSE);
            progress = target.call(new HostCall.Hydrate(order));
        }
        Optional<MoveState.Switched> followed = afterPostCopy(order, switched);
        rest(record);
        cleanSource(order);
        long total = Duration.between(record.begun(), clock.instant()).toMillis();
        MoveState.Switched last = followed.orElse(switched);
        return new MoveState.Settled(
                new MoveReport(last.times(), total, last.memoryBytes(), progress.bytesFetched(), last.stream()));
    }

    /** What the source knows of the memory that followed its guest, where it can still be asked. */
    private Optional<MoveState.Switched> afterPostCopy(MoveOrder order, MoveState.Switched switched) {
        if (!switched.stream().shape().postCopy()) {
            return Optional.empty();
        }
        try {
            return hosts.of(order.source()).call(new HostCall.FollowTransfer(order))
                            instanceof TransferStatus.Switched(SwitchTimes times, long bytes, StreamFigures stream)
                    ? Optional.of(new MoveState.Switched(times, bytes, stream))
                    : Optional.empty();
        } catch (MigrationException e) {
            log.info("how the memory of VM {} followed it is not known: {}", order.vm(), e.getMessage());
            return Optional.empty();
        }
    }

    /** A source that is gone takes what is left with it, or its agent finds out when it starts again. */
    private void cleanSource(MoveOrder order) {
        try {
            insist(order.source(), new HostCall.CleanSource(order));
        } catch (HostUnreachableException gone) {
            log.info("host {} is gone; what VM {} left there goes with it", order.source(), order.vm());
        }
    }

    /** One lost message must not leave anything behind. */
    private void insist(HostId host, HostCall<?> call) {
        long end = tasks.nanoTime() + CLEAN_UP_LIMIT.toNanos();
        while (true) {
            try {
                hosts.of(host).call(call, CLEAN_UP_LIMIT);
                return;
            } catch (HostUnreachableException e) {
                if (tasks.nanoTime() > end) {
                    throw e;
                }
                tasks.sleep(RETRY_PAUSE);
            }
        }
    }

    /** Who is late, and another's turn over, may meet the port in a later move. */
    private void rest(MoveRecord record) {
        MoveOrder order = record.order();
        Registry.Entry entry = PortRecord.entry(registry, order);
        PortRecord port = Json.read(entry, PortRecord.class);
        if (port.moveTo().filter(order.target()::equals).isPresent()) {
            journal.requireAt(record);
            registry.replace(entry, Json.write(port.resting()));
        }
    }

    /** First takes from the source the power to change the owner, then removes what the target has. */
    MoveState undo(MoveRecord record, MoveState.Undoing undoing) {
        MoveOrder order = record.order();
        if (undoing.at() == MoveState.Step.CHECK) {
            return new MoveState.Failed(undoing.at(), undoing.reason());
        }
        stopSource(order);
        if (!owners.fence(order.vm().value(), order.before())) {
            return new MoveState.Switched(SwitchTimes.UNKNOWN, 0, StreamFigures.NONE);
        }
        rest(record);
        try {
            insist(order.target(), new HostCall.Abandon(order));
        } catch (HostUnreachableException gone) {
            return new MoveState.Failed(
                    undoing.at(), undoing.reason() + "; " + order.target() + " will clean up when it is back");
        }
        return new MoveState.Failed(undoing.at(), undoing.reason());
    }

    private void stopSource(MoveOrder order) {
        try {
            hosts.of(order.source()).call(new HostCall.CancelTransfer(order), CANCEL_LIMIT);
        } catch (MigrationException e) {
            log.info("move {} is judged by the owner record: {}", order.move(), e.getMessage());
        }
    }
}
