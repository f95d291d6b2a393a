package io.supercloud.migration.simulation;

import io.supercloud.core.HostId;
import io.supercloud.core.MoveId;
import io.supercloud.core.Owner;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeState;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.VirtualMachine.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One run of everything that takes part in a move, by one seed: the code under test is the agents' and the manager's own, all
 * around it is simulated. What no guest may do is checked at each step; what must be so in the end, when every fault is mended.
 */
final class Simulation {
    /** So much virtual time after the last fault is mended everything is in order. */
    static final Duration END_LIMIT = Duration.ofMinutes(4);
    /** No plan lasts longer than this. */
    private static final Duration WHOLE_LIMIT = Duration.ofMinutes(15);

    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(250);
    /** How long before a move faults may begin. */
    private static final long MOST_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final String IN_MEMORY = "/dev/shm";

    private final Plan plan;
    private final Cluster cluster;
    private final Faults faults;
    private final List<Plan.Mishap> waiting = new ArrayList<>();
    private int move;
    private long goesOnFrom;
    private long asksFrom;
    private List<String> left = List.of();

    /**
     * What one simulation came to.
     *
     * @param problems none where all was as it must be
     * @param hash differs where another run took another way
     */
    record Outcome(long seed, Plan plan, List<String> problems, List<String> trace, long hash, int injected) {
        boolean sound() {
            return problems.isEmpty();
        }

        /** All that there is to say of it; {@code make simulate SEED=n} says it again. */
        String report() {
            return "seed %d: %s%nplan: %s%n%s%nAgain: make simulate SEED=%d"
                    .formatted(seed, problems, plan, String.join("\n", trace), seed);
        }
    }

    private Simulation(long seed, Plan plan, Mutant mutant, Path directory) {
        this.plan = plan;
        this.cluster = new Cluster(seed, mutant, directory);
        this.faults = new Faults(cluster);
    }

    static Outcome run(long seed, Mutant mutant) {
        return run(seed, Plan.random(seed), mutant);
    }

    static Outcome run(long seed, Plan plan, Mutant mutant) {
        Path directory = null;
        try {
            Path memory = Path.of(IN_MEMORY);
            directory = Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "simulation")
                    : Files.createTempDirectory("simulation");
            return new Simulation(seed, plan, mutant, directory).run(seed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            delete(directory);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Outcome run(long seed) {
        cluster.start();
        Scheduler scheduler = cluster.scheduler();
        boolean began = scheduler.run(
                () -> broken()
                        || cluster.host(Cluster.EAST)
                                .guest()
                                .filter(guest -> guest.counter() > 2)
                                .isPresent(),
                START_LIMIT.toNanos());
        if (!began) {
            left = List.of("the VM did not start");
        } else if (!broken()) {
            cluster.calls().observe(this::arrived);
            nextMove();
            scheduler.after(POLL.toNanos(), this::watch);
            if (!scheduler.run(() -> broken() || move > plan.moves(), WHOLE_LIMIT.toNanos()) && !broken()) {
                left = problems();
            }
        }
        List<String> problems = new ArrayList<>(cluster.trace().violations());
        problems.addAll(left);
        return new Outcome(seed, plan, problems, cluster.trace().lines(), scheduler.hash(), faults.injected());
    }

    private boolean broken() {
        return !cluster.trace().violations().isEmpty() || !left.isEmpty();
    }

    private MoveId id() {
        return new MoveId("m" + move);
    }

    private void nextMove() {
        move++;
        goesOnFrom = cluster.scheduler().nowNanos();
        asksFrom = goesOnFrom + cluster.random().nextLong(MOST_PATIENCE_NANOS);
        if (move > plan.moves()) {
            return;
        }
        cluster.trace().say("move %d begins", move);
        MoveOrder order = order();
        waiting.clear();
        for (Plan.Mishap mishap : plan.mishaps()) {
            if (mishap.move() == move && mishap.step().isPresent()) {
                waiting.add(mishap);
            } else if (mishap.move() == move) {
                cluster.scheduler()
                        .after(mishap.afterNanos(), () -> faults.inject(mishap.fault(), order, mishap.lastingNanos()));
            }
        }
    }

    private MoveOrder order() {
        Owner owner = cluster.owner();
        VmSpec spec = Cluster.SPEC;
        return new MoveOrder(id(), spec, owner, owner.movedTo(other(owner.host())), plan.manner());
    }

    private static HostId other(HostId host) {
        return host.equals(Cluster.EAST) ? Cluster.WEST : Cluster.EAST;
    }

    /** A call has come to its host: the faults of its step happen now. */
    private void arrived(HostCall<?> call) {
        if (call instanceof HostCall.OpenVolume open) {
            cluster.sealed(open.seal().epoch());
        }
        for (Plan.Mishap mishap : List.copyOf(waiting)) {
            if (Plan.call(mishap.step().orElseThrow()).isInstance(call)) {
                waiting.remove(mishap);
                MoveOrder order =
                        cluster.journalled(id()).map(MoveRecord::order).orElseGet(this::order);
                inject(mishap, order);
            }
        }
    }

    private void inject(Plan.Mishap mishap, MoveOrder order) {
        if (mishap.afterNanos() == 0) {
            faults.inject(mishap.fault(), order, mishap.lastingNanos());
        } else {
            cluster.scheduler()
                    .after(mishap.afterNanos(), () -> faults.inject(mishap.fault(), order, mishap.lastingNanos()));
        }
    }

    /** The user, who asks for the move until it is begun, and looks whether it has ended well. */
    private void watch() {
        if (move > plan.moves() || broken()) {
            return;
        }
        Optional<MoveRecord> record = cluster.journalled(id());
        if (record.isEmpty() && cluster.scheduler().nowNanos() > asksFrom) {
            cluster.manager().request(id(), other(cluster.owner().host()), plan.manner());
        }
        boolean mended = faults.allMended();
        if (!mended) {
            goesOnFrom = cluster.scheduler().nowNanos();
        } else if (problems().isEmpty()) {
            nextMove();
        } else if (cluster.scheduler().nowNanos() - goesOnFrom > END_LIMIT.toNanos()) {
            left = problems();
        }
        cluster.scheduler().after(POLL.toNanos(), this::watch);
    }

    /** What is not yet as it must be when a move has ended: told by what is there, not by what was answered. */
    private List<String> problems() {
        List<String> found = new ArrayList<>();
        Optional<MoveRecord> record = cluster.journalled(id());
        if (record.filter(known -> known.state().ended()).isEmpty()) {
            found.add("move %s has not ended: %s".formatted(id(), record));
            return found;
        }
        SimulatedHost here = cluster.host(cluster.owner().host());
        SimulatedHost there = cluster.host(other(cluster.owner().host()));
        require(found, cluster.port().equals(cluster.port().resting()), "the port's record is not at rest");
        require(
                found,
                here.guest().filter(guest -> guest.state() == RunState.RUNNING).isPresent(),
                "the VM does not run on its owner " + here.id());
        require(found, here.hasTap(), "the owner has no tap");
        require(
                found,
                here.volume()
                        .filter(volume -> volume.state()
                                .equals(new VolumeState.Open(cluster.owner().epoch())))
                        .isPresent(),
                "the owner's disk is " + here.volume().map(Volume::state));
        require(found, there.guest().isEmpty(), "a process is left on " + there.id());
        require(found, !there.hasTap(), "a tap is left on " + there.id());
        require(found, !there.disks().served(), "a disk is still served on " + there.id());
        require(
                found,
                there.role().isEmpty() || there.role().contains("\"left\":{"),
                "a role is left: " + there.role());
        require(
                found,
                there.volume()
                        .map(Volume::state)
                        .filter(state -> !(state instanceof VolumeState.Retired))
                        .isEmpty(),
                "a disk is left on %s that is more than a cache: %s"
                        .formatted(there.id(), there.volume().map(Volume::state)));
        if (found.isEmpty()) {
            requireNothingLost(here.volume().orElseThrow(), found);
        }
        return found;
    }

    private void requireNothingLost(Volume disk, List<String> found) {
        cluster.witness().acknowledged().forEach((block, number) -> {
            ByteBuffer content = ByteBuffer.allocate(Volume.BLOCK_BYTES);
            disk.read(block * Volume.BLOCK_BYTES, content);
            require(
                    found,
                    content.getLong(0) >= number,
                    "block %d has %d, and %d was acknowledged".formatted(block, content.getLong(0), number));
        });
    }

    private static void require(List<String> found, boolean holds, String otherwise) {
        if (!holds) {
            found.add(otherwise);
        }
    }
}
