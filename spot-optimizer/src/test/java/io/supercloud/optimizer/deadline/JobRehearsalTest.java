package io.supercloud.optimizer.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.supercloud.core.InvalidValueException;
import io.supercloud.optimizer.data.AvailabilityTrace;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JobRehearsalTest {
    private static final double SPOT = 0.3;
    private static final Job JOB = new Job(10, 14, 0.2);

    private static SpotMarket market(int hours) {
        SplittableRandom random = new SplittableRandom(4);
        List<AvailabilityTrace> traces = new ArrayList<>();
        for (String zone : List.of("a", "b")) {
            BitSet up = new BitSet();
            boolean state = true;
            for (int tick = 0; tick < 6 * hours; tick++) {
                state = (random.nextInt(9) == 0) != state;
                up.set(tick, state);
            }
            traces.add(new AvailabilityTrace("set", zone, "v", 600_000, 6 * hours, up));
        }
        return new SpotMarket(traces, SPOT, 1);
    }

    private static JobRehearsal.Line line(JobRehearsal.Report report, String policy) {
        return report.lines().stream()
                .filter(line -> line.policy().equals(policy))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aJobIsToldBesideOtherPoliciesAndNoneIsBelowTheOptimum() {
        JobRehearsal.Report report = JobRehearsal.run(market(200), JOB, 12, 1, _ -> {});
        assertThat(report.zones()).containsExactly("a", "b");
        assertThat(report.lines())
                .extracting(JobRehearsal.Line::policy)
                .containsExactly("ours", "uniform progress", "skynomad", "greedy", "on-demand", "clairvoyant");
        assertThat(report.lines()).allSatisfy(line -> {
            assertThat(line.timesOptimum()).isGreaterThanOrEqualTo(1);
            assertThat(line.missed()).isZero();
        });
        assertThat(line(report, "on-demand").dollars()).isCloseTo(10.2, within(1e-9));
        assertThat(line(report, "on-demand").starts()).isCloseTo(1, within(1e-9));
        assertThat(line(report, "ours").dollars())
                .isLessThan(line(report, "on-demand").dollars())
                .isGreaterThan(10.2 * SPOT);
        assertThat(line(report, "ours").dollarsPlusMinus()).isGreaterThan(0);
    }

    @Test
    void aRehearsalOfAJobGivesTheSameFiguresAgain() {
        assertThat(JobRehearsal.run(market(200), JOB, 5, 3, _ -> {}))
                .isEqualTo(JobRehearsal.run(market(200), JOB, 5, 3, _ -> {}))
                .isNotEqualTo(JobRehearsal.run(market(200), JOB, 5, 4, _ -> {}));
    }

    @Test
    void aRecordingThatIsShorterThanTheJobIsRefused() {
        assertThatThrownBy(() -> JobRehearsal.run(market(13), JOB, 5, 3, _ -> {}))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage("the recording has 13.0 hours; a job that has 14.0 needs a longer one");
    }
}
