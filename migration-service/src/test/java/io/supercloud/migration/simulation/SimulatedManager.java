package io.supercloud.migration.simulation;

import io.supercloud.core.HostId;
import io.supercloud.core.Lease;
import io.supercloud.core.MoveId;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.SupercloudException;
import io.supercloud.migration.Links;
import io.supercloud.migration.MoveDriver;
import io.supercloud.migration.MoveJournal;
import io.supercloud.migration.MoveManner;
import io.supercloud.migration.MoveRecord;
import java.time.Duration;

/** The manager, one run of it at a time: goes on with what the journal has, and takes a user's request. */
final class SimulatedManager {
    /** Where it is, for the network. */
    static final String PLACE = "manager";

    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    private final Cluster cluster;
    private SimulatedProcess process;
    private boolean asked;

    SimulatedManager(Cluster cluster) {
        this.cluster = cluster;
    }

    SimulatedProcess process() {
        return process;
    }

    void start() {
        if (process != null && process.alive()) {
            return;
        }
        SimulatedProcess started = cluster.process("manager");
        process = started;
        asked = false;
        started.start("main", () -> resume(started));
    }

    void kill() {
        process.kill();
    }

    private MoveDriver driver(SimulatedProcess started) {
        Registry registry = cluster.registry().client(started);
        return new MoveDriver(
                registry,
                cluster.calls().by(started, PLACE),
                cluster.clock(),
                started,
                progress -> cluster.moved(progress.move()),
                Links.UNKNOWN,
                new Lease.Holder(PLACE, Integer.toString(started.number())));
    }

    private void resume(SimulatedProcess started) {
        while (true) {
            try {
                for (MoveRecord record : new MoveJournal(cluster.registry().client(started)).all()) {
                    if (!record.state().ended()) {
                        started.start("move " + record.order().move(), () -> finish(started, record));
                    }
                }
                return;
            } catch (RegistryException.Unavailable e) {
                started.sleep(RETRY_PAUSE);
            }
        }
    }

    private void finish(SimulatedProcess started, MoveRecord record) {
        try {
            driver(started).finish(record);
        } catch (SupercloudException e) {
            cluster.trace().say("move %s stopped: %s", record.order().move(), e.getMessage());
        }
    }

    /** Asks for a move, unless a request is under way. */
    void request(MoveId move, HostId target, MoveManner manner) {
        if (asked || !process.alive()) {
            return;
        }
        asked = true;
        SimulatedProcess now = process;
        now.start("request of " + move, () -> {
            try {
                driver(now).move(move, Cluster.VM, target, "a simulation", manner);
            } catch (SupercloudException e) {
                cluster.trace().say("move %s refused: %s", move, e.getMessage());
            }
            asked = false;
        });
    }
}
