package io.supercloud.migration.agent;

import io.supercloud.core.Lease;
import io.supercloud.core.MoveId;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.SupercloudException;
import io.supercloud.migration.HostCall.TransferStatus;
import io.supercloud.migration.Links;
import io.supercloud.migration.MoveDriver;
import io.supercloud.migration.MoveEvents;
import io.supercloud.migration.MoveJournal;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.Paths;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the moves of this host that nobody drives, because all managers stay away: when the lease of a move's driver has been
 * vacant for a while, this agent takes it and drives the move on as a manager would. The source's agent comes first, the
 * target's where that stays away too.
 */
final class Caretaker implements AutoCloseable {
    /** A manager that is started again is quicker than this. */
    static final Duration SOURCE_LIMIT = Duration.ofSeconds(12);

    static final Duration TARGET_LIMIT = Duration.ofSeconds(24);
    private static final Duration LOOK_PAUSE = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(Caretaker.class);

    private final HostContext host;
    private final MoveJournal journal;
    private final MoveDriver driver;
    private final Lease.Holder me;
    private final Set<String> driven = new HashSet<>();
    private Registry.Subscription leases = () -> {};
    private volatile boolean closed;

    Caretaker(HostContext host) {
        this.host = host;
        this.journal = new MoveJournal(host.registry());
        this.me = new Lease.Holder(
                host.me().value(),
                Long.toString(host.clock().instant().toEpochMilli(), Character.MAX_RADIX)
                        + "."
                        + host.tasks().nanoTime());
        this.driver = new MoveDriver(
                host.registry(), host.hosts(), host.clock(), host.tasks(), this::told, Links.UNKNOWN, me);
    }

    Caretaker start() {
        leases = host.registry().watch(Paths.DRIVING, this::changed);
        host.tasks().start("vacant moves", this::lookBack);
        return this;
    }

    /** Calls come one at a time. */
    private void changed(Map<String, Registry.Entry> now) {
        for (String move : Set.copyOf(driven)) {
            if (!now.containsKey(move)) {
                driven.remove(move);
                mind(new MoveId(move));
            }
        }
        driven.addAll(now.keySet());
    }

    /** What was vacant before this agent began to watch. */
    private void lookBack() {
        while (!closed) {
            try {
                journal.all().stream()
                        .filter(record -> !record.state().ended())
                        .forEach(record -> mind(record.order().move()));
                return;
            } catch (RegistryException.Unavailable e) {
                host.tasks().sleep(LOOK_PAUSE);
            }
        }
    }

    private void mind(MoveId move) {
        host.tasks().start("vacant " + move, () -> {
            try {
                takeOver(move);
            } catch (SupercloudException e) {
                log.warn("move {} is not driven on from here: {}", move, e.getMessage());
            }
        });
    }

    /** Looks again and again while nobody drives it; whoever takes it tells by its lease when it is vacant again. */
    private void takeOver(MoveId move) {
        long vacantFrom = host.tasks().nanoTime();
        while (!closed && underWayHere(move) && vacant(move)) {
            if (host.tasks().nanoTime() - vacantFrom > limit(move).toNanos()) {
                finish(move);
                return;
            }
            host.tasks().sleep(LOOK_PAUSE);
        }
    }

    private void finish(MoveId move) {
        MoveRecord record = journal.find(move).orElseThrow();
        host.tell(
                "move.adopted",
                record.order().vm().value(),
                "no manager drives move %s any more: %s goes on with it at %s"
                        .formatted(move, host.me(), record.state().name()),
                Map.of("move", move.value(), "driver", me.name()));
        driver.finish(record);
    }

    private boolean underWayHere(MoveId move) {
        try {
            return journal.find(move).filter(this::concerns).isPresent();
        } catch (RegistryException.Unavailable e) {
            return true;
        }
    }

    private boolean concerns(MoveRecord record) {
        return !record.state().ended()
                && (record.order().source().equals(host.me())
                        || record.order().target().equals(host.me()));
    }

    private boolean vacant(MoveId move) {
        try {
            return new Lease(host.registry(), Paths.driving(move), me).holder().isEmpty();
        } catch (RegistryException.Unavailable e) {
            return true;
        }
    }

    private Duration limit(MoveId move) {
        return journal.find(move)
                        .filter(record -> record.order().source().equals(host.me()))
                        .isPresent()
                ? SOURCE_LIMIT
                : TARGET_LIMIT;
    }

    private void told(MoveDriver.Progress progress) {
        if (progress.streaming() instanceof TransferStatus.Unknown) {
            host.tell(MoveEvents.of(progress.move(), me.name(), host.clock().instant()));
        }
    }

    @Override
    public void close() {
        closed = true;
        leases.close();
    }
}
