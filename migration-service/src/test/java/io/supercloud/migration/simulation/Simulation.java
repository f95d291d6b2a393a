package io.supercloud.migration.simulation;

import io.supercloud.core.MoveId;
import io.supercloud.core.Owner;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.MoveManner;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.MoveState;
import io.supercloud.migration.VmSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
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
    private final SimulatedUser user;
    private final EndCheck end;
    private int move;
    private Phase phase = Phase.RESTING;
    private long goesOnFrom;
    private long asksFrom;
    /** Whether the user wants the process back as soon as the owner has changed. */
    private boolean impatient;

    private long countedBefore;
    private int bootsBefore;
    private List<String> left = List.of();

    /** What is waited for. */
    private enum Phase {
        /** The user takes the VM's process away. */
        RESTING,
        MOVING,
        /** The user wants the process back. */
        WAKING
    }

    /**
     * What one simulation came to.
     *
     * @param problems none where all was as it must be
     * @param hash differs where another run took another way
     * @param boots how often a guest was booted from its disk
     * @param arrived whether the last move has settled
     */
    record Outcome(
            long seed,
            Plan plan,
            List<String> problems,
            List<String> trace,
            long hash,
            int injected,
            int boots,
            boolean arrived) {
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
        this.user = new SimulatedUser(cluster);
        this.end = new EndCheck(cluster);
    }

    static Outcome run(long seed, Mutant mutant) {
        return run(seed, Plan.random(seed), mutant);
    }

    static Outcome run(long seed, Plan plan, Mutant mutant) {
        First.runAlone();
        return simulate(seed, plan, mutant);
    }

    /** Who waits for a class that another simulation loads is not on the clock, and seems not to answer: so the first one is alone. */
    private static final class First {
        static {
            simulate(1, Plan.random(1), Mutant.NONE);
        }

        static void runAlone() {}
    }

    private static Outcome simulate(long seed, Plan plan, Mutant mutant) {
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
            if (plan.mishaps().stream().anyMatch(Plan.Mishap::done)) {
                cluster.calls().observeDone(call -> happened(call, true));
            }
            nextMove();
            scheduler.after(POLL.toNanos(), this::watch);
            if (!scheduler.run(() -> broken() || over(), WHOLE_LIMIT.toNanos()) && !broken()) {
                left = waitedFor();
            }
        }
        List<String> problems = new ArrayList<>(cluster.trace().violations());
        problems.addAll(left);
        boolean arrived = cluster.journalled(new MoveId("m" + plan.moves().size()))
                .filter(record -> record.state() instanceof MoveState.Settled)
                .isPresent();
        return new Outcome(
                seed,
                plan,
                problems,
                cluster.trace().lines(),
                scheduler.hash(),
                faults.injected(),
                cluster.witness().boots(),
                arrived);
    }

    private boolean broken() {
        return !cluster.trace().violations().isEmpty() || !left.isEmpty();
    }

    private MoveId id() {
        return new MoveId("m" + move);
    }

    private MoveManner manner() {
        return plan.moves().get(move - 1);
    }

    private Kind kind() {
        return manner().kind();
    }

    private boolean over() {
        return move > plan.moves().size();
    }

    private void nextMove() {
        move++;
        goesOnFrom = cluster.scheduler().nowNanos();
        phase = Phase.RESTING;
        if (!over() && kind() == Kind.LIVE) {
            begin();
        }
    }

    /** From now on the move may be asked for, and its faults may happen. */
    private void begin() {
        phase = Phase.MOVING;
        goesOnFrom = cluster.scheduler().nowNanos();
        asksFrom = goesOnFrom + cluster.random().nextLong(MOST_PATIENCE_NANOS);
        impatient = cluster.random().nextBoolean();
        cluster.witness().mayRun(kind() == Kind.LIVE);
        cluster.trace().say("move %d (%s, post-copy %s) begins", move, kind(), manner().postCopy());
        MoveOrder order = order();
        waiting.clear();
        cluster.calls().disarm();
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
        return new MoveOrder(id(), spec, owner, owner.movedTo(EndCheck.other(owner.host())), manner());
    }

    /** A call has come to its host: the faults of its step happen now. */
    private void arrived(HostCall<?> call) {
        if (call instanceof HostCall.OpenVolume open) {
            cluster.sealed(open.seal().epoch());
        }
        happened(call, false);
    }

    private void happened(HostCall<?> call, boolean done) {
        for (Plan.Mishap mishap : List.copyOf(waiting)) {
            if (mishap.done() == done && Plan.call(mishap.step().orElseThrow()).isInstance(call)) {
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

    /** The user, who asks until it is so, and looks whether it has ended well. */
    private void watch() {
        if (over() || broken()) {
            return;
        }
        if (!faults.allMended()) {
            goesOnFrom = cluster.scheduler().nowNanos();
        } else if (cluster.scheduler().nowNanos() - goesOnFrom > END_LIMIT.toNanos()) {
            left = waitedFor();
        }
        switch (phase) {
            case RESTING -> comeToRest();
            case MOVING -> goOnMoving();
            case WAKING -> wake();
        }
        cluster.scheduler().after(POLL.toNanos(), this::watch);
    }

    private List<String> waitedFor() {
        return switch (phase) {
            case RESTING -> List.of("the VM does not come to rest");
            case MOVING -> end.problems(id(), kind());
            case WAKING -> {
                List<String> found = new ArrayList<>(end.problems(id(), Kind.LIVE));
                found.add("the VM does not wake up");
                yield found;
            }
        };
    }

    private void comeToRest() {
        if (user.hasAtRest(kind())) {
            begin();
        } else if (!user.waits()) {
            cluster.host(cluster.owner().host()).guest().ifPresent(guest -> {
                countedBefore = guest.counter();
                bootsBefore = guest.boots();
            });
            user.rest(kind());
        }
    }

    private void goOnMoving() {
        if (cluster.journalled(id()).isEmpty() && cluster.scheduler().nowNanos() > asksFrom) {
            startManagerUnlessFaulty();
            cluster.manager().request(id(), EndCheck.other(cluster.owner().host()), manner());
        }
        boolean ended = faults.allMended() && end.problems(id(), kind()).isEmpty();
        if (ended && kind() == Kind.LIVE) {
            nextMove();
        } else if (ended || impatient && hasSwitched()) {
            phase = Phase.WAKING;
            goesOnFrom = cluster.scheduler().nowNanos();
            cluster.witness().mayRun(true);
        }
    }

    /** Managers that stay away do so for one move that they have begun. */
    private void startManagerUnlessFaulty() {
        if (faults.allMended()) {
            cluster.manager().start();
        }
    }

    /** Whether a VM without a process has another owner, and the rest of its disk may still be under way. */
    private boolean hasSwitched() {
        return kind() != Kind.LIVE
                && cluster.journalled(id())
                        .filter(record -> record.state() instanceof MoveState.Switched)
                        .isPresent();
    }

    private void wake() {
        Optional<SimulatedGuest> awake =
                cluster.host(cluster.owner().host()).guest().filter(guest -> guest.counter() > countedBefore);
        if (awake.isPresent()
                && !user.waits()
                && faults.allMended()
                && end.problems(id(), Kind.LIVE).isEmpty()) {
            if (kind() == Kind.SUSPENDED && !plan.killsGuests() && awake.get().boots() != bootsBefore) {
                cluster.trace().violated("the VM was booted, and had a memory to go on from");
            }
            nextMove();
        } else if (!user.waits() && awake.isEmpty()) {
            user.wake(kind());
        }
    }
}
