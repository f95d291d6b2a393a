package io.supercloud.migration.simulation;

import io.supercloud.migration.HostCall;
import io.supercloud.migration.MoveManner;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.MoveManner.PostCopy;
import io.supercloud.migration.MoveState.Step;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What goes wrong in one simulation, and when.
 *
 * @param moves the manner of each, to and fro; where it allows a post-copy, nothing else ends the move
 */
record Plan(List<MoveManner> moves, List<Mishap> mishaps) {
    /** Those of one certain message are for plans that name its step. */
    private static final List<Fault> FAULTS =
            List.copyOf(EnumSet.complementOf(EnumSet.of(Fault.MESSAGE_REFUSED, Fault.ANSWER_LOST, Fault.CHANGES_LOST)));

    static final MoveManner PRE_COPY = MoveManner.LIVE;
    static final MoveManner POST_COPY = MoveManner.LIVE.with(PostCopy.IF_NEEDED);
    static final MoveManner SUSPENDED = MoveManner.LIVE.of(Kind.SUSPENDED);
    static final MoveManner COLD = MoveManner.LIVE.of(Kind.COLD);
    private static final List<MoveManner> MANNERS =
            List.of(PRE_COPY, PRE_COPY, PRE_COPY, POST_COPY, POST_COPY, SUSPENDED, SUSPENDED, COLD);
    private static final List<Step> STEPS = List.of(Step.values());
    private static final int MOST_MOVES = 2;
    private static final int MOST_MISHAPS = 3;
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
    private static final long MOVE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** Most faults are short, some outlast every limit that the code under test has. */
    private static final long[] LONGEST_NANOS = {
        TimeUnit.SECONDS.toNanos(1),
        TimeUnit.SECONDS.toNanos(1),
        TimeUnit.SECONDS.toNanos(6),
        TimeUnit.SECONDS.toNanos(6),
        TimeUnit.SECONDS.toNanos(25),
        TimeUnit.SECONDS.toNanos(80)
    };

    /**
     * One fault.
     *
     * @param move in which move, from 1
     * @param step {@code afterNanos} count from the arrival of the call in which this step does its work; without it, from a
     *     moment before the move begins
     * @param done they count from the end of that work instead, before it is answered
     */
    record Mishap(Fault fault, int move, Optional<Step> step, boolean done, long afterNanos, long lastingNanos) {}

    Plan {
        moves = List.copyOf(moves);
        mishaps = List.copyOf(mishaps);
    }

    /** Whether a guest may lose its memory by a fault. */
    boolean killsGuests() {
        return mishaps.stream()
                .anyMatch(mishap -> mishap.fault() == Fault.SOURCE_HYPERVISOR_KILLED
                        || mishap.fault() == Fault.TARGET_HYPERVISOR_KILLED);
    }

    static Plan random(long seed) {
        SplittableRandom random = new SplittableRandom(~seed);
        List<MoveManner> moves = random.ints(1 + random.nextInt(MOST_MOVES), 0, MANNERS.size())
                .mapToObj(MANNERS::get)
                .toList();
        List<Mishap> mishaps = new ArrayList<>();
        int count = 1 + random.nextInt(MOST_MISHAPS);
        for (int i = 0; i < count; i++) {
            Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
            Optional<Step> step =
                    random.nextInt(3) == 0 ? Optional.empty() : Optional.of(STEPS.get(random.nextInt(STEPS.size())));
            mishaps.add(new Mishap(
                    fault,
                    1 + random.nextInt(moves.size()),
                    step,
                    false,
                    step.isEmpty() ? random.nextLong(MOVE_NANOS) : random.nextInt(2) * random.nextLong(STEP_NANOS),
                    1 + random.nextLong(LONGEST_NANOS[random.nextInt(LONGEST_NANOS.length)])));
        }
        return new Plan(moves, mishaps);
    }

    /** The call in which a step does its work. */
    static Class<?> call(Step step) {
        return switch (step) {
            case CHECK -> HostCall.DescribeHost.class;
            case RESERVE -> HostCall.Reserve.class;
            case WARM -> HostCall.Warm.class;
            case ARM -> HostCall.Arm.class;
            case STREAM -> HostCall.Transfer.class;
            case SWITCH -> HostCall.OpenVolume.class;
            case RESUME -> HostCall.ResumeVm.class;
            case SETTLE -> HostCall.Hydrate.class;
        };
    }
}
