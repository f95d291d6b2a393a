package io.supercloud.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.supercloud.benchmarks.BenchmarkReport.Result;
import io.supercloud.migration.HostCall.SwitchTimes;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the benchmark of moves says of what it measured; nothing is timed here. */
class MoveBenchmarkTest {
    private static final MovePart NEAR = new MovePart("near", 0, 1000, 0, false);
    private static final MovePart FAR = new MovePart("far", 20, 300, 0, false);
    private static final MovePart DISK = new MovePart("disk", 20, 300, 0, true);
    private static final SwitchTimes TIMES = new SwitchTimes(1000, 1, 2, 3, 4, 5, 15, 0);

    private static MoveSample sample(double downtimeMillis, double arrivalMillis, double wireMib) {
        return new MoveSample(downtimeMillis, downtimeMillis / 2, arrivalMillis, wireMib, Optional.of(TIMES));
    }

    private static List<MoveSample> downtimes(double... millis) {
        return java.util.Arrays.stream(millis)
                .mapToObj(each -> sample(each, 1, 1))
                .toList();
    }

    @Test
    void theBenchmarkIsListedWithItsParts() {
        Benchmark listed = BenchmarkMain.ALL.stream()
                .filter(each -> each.name().equals("move"))
                .findFirst()
                .orElseThrow();
        assertThat(listed.about()).isNotBlank();
        assertThat(listed.parts())
                .containsExactly(
                        "idle-near",
                        "busy-near",
                        "idle-far",
                        "busy-far",
                        "disk-far",
                        "idle-far-plain",
                        "idle-slow",
                        "idle-slow-plain");
    }

    @Test
    void theMedianIsTheMiddleOrBetweenTheTwoInTheMiddle() {
        assertThat(Medians.ofAny(List.of(9.0, 1.0, 5.0))).isEqualTo(5.0);
        assertThat(Medians.ofAny(List.of(4.0, 1.0, 9.0, 2.0))).isEqualTo(3.0);
        assertThatThrownBy(() -> Medians.ofAny(List.of())).hasMessageContaining("nothing was measured");
        assertThatThrownBy(() -> Medians.of(List.of(1.0))).hasMessageContaining("too little");
    }

    @Test
    void downtimeMayBeAThirdLongerThanThePeersWithoutDelay() {
        Result held = MoveResults.ofMemory(NEAR, downtimes(50, 130, 900), downtimes(1, 100, 200))
                .getFirst();
        assertThat(held.ours()).isEqualTo(130);
        assertThat(held.peer()).hasValue(100);
        assertThat(held.ratio()).hasValue(1.3);
        assertThat(held.bar()).hasValue(1.3);
        assertThat(held.holds()).contains(true);
        assertThat(MoveResults.ofMemory(NEAR, downtimes(131), downtimes(100))
                        .getFirst()
                        .holds())
                .contains(false);
    }

    @Test
    void withDelayDowntimeMayBeARoundTripLongerStill() {
        assertThat(MoveResults.ofMemory(FAR, downtimes(150), downtimes(100))
                        .getFirst()
                        .holds())
                .contains(true);
        Result missed =
                MoveResults.ofMemory(FAR, downtimes(151), downtimes(100)).getFirst();
        assertThat(missed.holds()).contains(false);
        assertThat(missed.bar().orElseThrow()).isCloseTo(1.5, within(1e-9));
    }

    @Test
    void theAbsoluteGoalIsSixtyMillisecondsAtOneSiteAndAHundredFarAway() {
        assertThat(MoveResults.ofMemory(NEAR, downtimes(60), downtimes(100))
                        .get(1)
                        .holds())
                .contains(true);
        assertThat(MoveResults.ofMemory(NEAR, downtimes(61), downtimes(100))
                        .get(1)
                        .holds())
                .contains(false);
        assertThat(MoveResults.ofMemory(FAR, downtimes(100), downtimes(1))
                        .get(1)
                        .holds())
                .contains(true);
        assertThat(MoveResults.ofMemory(FAR, downtimes(101), downtimes(1))
                        .get(1)
                        .holds())
                .contains(false);
    }

    @Test
    void timeAndBytesWithADiskMayBeThreeTenthsOfThePeers() {
        List<MoveSample> peer = List.of(sample(1, 10_000, 600));
        List<Result> held = MoveResults.ofDisk(DISK, "disk", List.of(sample(1, 3_000, 180)), peer, peer, peer);
        assertThat(held.get(0).holds()).contains(true);
        assertThat(held.get(1).holds()).contains(true);
        List<Result> missed = MoveResults.ofDisk(DISK, "disk", List.of(sample(1, 3_001, 181)), peer, peer, peer);
        assertThat(missed.get(0).holds()).contains(false);
        assertThat(missed.get(1).holds()).contains(false);
        assertThat(missed.get(2).bar()).as("the way back has no bar").isEmpty();
    }

    @Test
    void everyMeasureTellsHowManyRunsItIsTheMedianOf() {
        assertThat(MoveResults.ofMemory(NEAR, downtimes(1, 2, 3), downtimes(1, 2, 3)))
                .allSatisfy(result ->
                        assertThat(result.measure()).contains("median of 3").contains("no RTT"));
    }
}
