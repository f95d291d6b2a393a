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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault at each step of a move of each kind, in the simulator: a new step or fault is one row or column more. */
class FaultMatrixTest {
    private static final int STEPS = 8;
    private static final int FAULTS = 25;
    private static final int CASES = 800;
    /** Short enough to be waited for, and longer than any time limit of a step. */
    private static final long[] LASTING_NANOS = {TimeUnit.MILLISECONDS.toNanos(700), TimeUnit.SECONDS.toNanos(75)};

    record Case(Step step, Fault fault, MoveManner manner) {
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
    void aMoveEndsWithOneCopyThatLostNothing(Case broken) {
        for (long lastingNanos : LASTING_NANOS) {
            Plan plan = new Plan(
                    List.of(broken.manner(), broken.manner()),
                    List.of(new Plan.Mishap(broken.fault(), 1, Optional.of(broken.step()), 0, lastingNanos)));

            Simulation.Outcome outcome = Simulation.run(1, plan, Mutant.NONE);

            assertThat(outcome.injected()).as(outcome.report()).isEqualTo(1);
            assertThat(outcome.problems()).as(outcome.report()).isEmpty();
        }
    }
}
