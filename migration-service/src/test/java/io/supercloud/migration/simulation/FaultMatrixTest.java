package io.supercloud.migration.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.migration.MoveManner;
import io.supercloud.migration.MoveState.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault at each step of a move of each kind, in the simulator: a new step or fault is one row or column more. */
class FaultMatrixTest {
    private static final int STEPS = 8;
    private static final int FAULTS = 29;
    private static final int CASES = 928;
    private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(700);
    /** Longer than any time limit of a step. */
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(75);

    private static final List<Occasion> OCCASIONS =
            List.of(new Occasion(false, SHORT_NANOS), new Occasion(false, LONG_NANOS), new Occasion(true, SHORT_NANOS));

    /** @param done whether it happens when the step's call is done but not answered, rather than when it arrives */
    private record Occasion(boolean done, long lastingNanos) {}

    record Case(Step step, Fault fault, MoveManner manner) {
        /** With its process a guest loses its memory, in a post-copy also with what is still at the source; a stopped one has none. */
        boolean maySpoilMemory() {
            return manner.equals(Plan.COLD)
                    || switch (fault) {
                        case SOURCE_HYPERVISOR_KILLED, TARGET_HYPERVISOR_KILLED, TARGET_HYPERVISOR_HANGS -> true;
                        case SOURCE_HYPERVISOR_HANGS, SOURCE_TARGET_CUT -> manner.equals(Plan.POST_COPY);
                        default -> false;
                    };
        }

        @Override
        public String toString() {
            return "%s at %s, %s, post-copy %s".formatted(fault, step, manner.kind(), manner.postCopy());
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Step step : Step.values()) {
            for (Fault fault : Fault.values()) {
                for (MoveManner manner : List.of(Plan.PRE_COPY, Plan.POST_COPY, Plan.SUSPENDED, Plan.COLD)) {
                    cases.add(new Case(step, fault, manner));
                }
            }
        }
        return cases.stream();
    }

    @Test
    void everyStepMeetsEveryFault() {
        assertThat(Step.values()).hasSize(STEPS);
        assertThat(Fault.values()).hasSize(FAULTS);
        assertThat(cases()).hasSize(CASES).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("cases")
    @Execution(ExecutionMode.CONCURRENT)
    void aMoveEndsWithOneCopyThatLostNothing(Case broken) {
        for (Occasion occasion : OCCASIONS) {
            Simulation.Outcome outcome = Simulation.run(1, plan(broken, occasion), Mutant.NONE);

            assertThat(outcome.injected()).as(outcome.report()).isEqualTo(1);
            assertThat(outcome.problems()).as(outcome.report()).isEmpty();
            assertThat(outcome.arrived()).as(outcome.report()).isTrue();
            if (!broken.maySpoilMemory()) {
                assertThat(outcome.boots()).as(outcome.report()).isEqualTo(1);
            }
        }
    }

    private static Plan plan(Case broken, Occasion occasion) {
        return new Plan(
                List.of(broken.manner(), broken.manner()),
                List.of(new Plan.Mishap(
                        broken.fault(), 1, Optional.of(broken.step()), occasion.done(), 0, occasion.lastingNanos())));
    }
}
