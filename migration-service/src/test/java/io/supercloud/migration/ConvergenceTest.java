package io.supercloud.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.migration.Convergence.Measure;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.MoveManner.PostCopy;
import io.supercloud.migration.hypervisor.VirtualMachine.StreamProgress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class ConvergenceTest {
    private static final long MIB = 1 << 20;
    private static final long TOTAL = 512 * MIB;
    private static final Duration SAMPLE = Duration.ofMillis(200);

    /** All measures in a stream of one-second rounds, of which {@code peak} says how much each has to send. */
    private static List<Measure> measures(MoveManner manner, int rounds, LongUnaryOperator peak) {
        return measures(manner, rounds, peak, 5);
    }

    private static List<Measure> measures(MoveManner manner, int rounds, LongUnaryOperator peak, int samples) {
        Convergence convergence = new Convergence(manner, Convergence.PATIENCE);
        List<Measure> taken = new ArrayList<>();
        long now = 0;
        for (int round = 1; round <= rounds; round++) {
            long whole = peak.applyAsLong(round);
            for (int sample = 0; sample < samples; sample++) {
                long left = whole * (samples - sample) / samples;
                convergence
                        .after(new StreamProgress("active", 0, left, TOTAL, round, 0, 0, 0, 0, 0), now)
                        .ifPresent(taken::add);
                now += SAMPLE.toNanos();
            }
        }
        return taken;
    }

    private static MoveManner manner(PostCopy postCopy) {
        return new MoveManner(Kind.LIVE, postCopy, MoveManner.Compression.NEVER, 50, 400);
    }

    @Test
    void aStreamWhoseRoundsGetShorterIsLeftAlone() {
        assertThat(measures(manner(PostCopy.IF_NEEDED), 40, round -> (long) (TOTAL * Math.pow(0.8, round))))
                .isEmpty();
    }

    @Test
    void aLongFirstRoundIsNoStall() {
        assertThat(measures(manner(PostCopy.IF_NEEDED), 1, round -> TOTAL, 600)).isEmpty();
    }

    @Test
    void aStallBringsOneMeasureAfterTheOtherAndPostCopyLast() {
        assertThat(measures(manner(PostCopy.IF_NEEDED), 200, round -> 100 * MIB))
                .containsExactly(
                        new Measure.Settle(50),
                        new Measure.Throttle(Convergence.FIRST_THROTTLE_PERCENT),
                        new Measure.Throttle(Convergence.LAST_THROTTLE_PERCENT),
                        new Measure.AllowDowntime(150),
                        new Measure.AllowDowntime(400),
                        new Measure.PostCopy());
    }

    @Test
    void postCopyIsNeverTheMeasureOfAMoveThatForbidsIt() {
        assertThat(measures(manner(PostCopy.NEVER), 1_000, round -> 100 * MIB))
                .containsExactly(
                        new Measure.Settle(50), new Measure.AllowDowntime(150), new Measure.AllowDowntime(400));
    }

    @Test
    void aMeasureThatHelpsIsNotFollowedByAnother() {
        List<Measure> taken =
                measures(manner(PostCopy.IF_NEEDED), 40, round -> round < 12 ? 100 * MIB : 100 * MIB >> (round - 11));
        assertThat(taken).startsWith(new Measure.Settle(50), new Measure.Throttle(Convergence.FIRST_THROTTLE_PERCENT));
        assertThat(taken).doesNotContain(new Measure.PostCopy());
    }

    @Test
    void eachMeasureGetsItsTimeToWork() {
        int rounds = 4 * (int) Convergence.WINDOW.toSeconds();
        assertThat(measures(manner(PostCopy.IF_NEEDED), rounds, round -> 100 * MIB))
                .hasSizeBetween(2, 4);
    }

    @Test
    void aGuestIsStoppedForHalfOfWhatIsAllowedIfAMomentForThatComes() {
        Convergence convergence = new Convergence(manner(PostCopy.NEVER), Convergence.PATIENCE);
        assertThat(convergence.downtimeMillis()).isEqualTo(25);
        assertThat(new Convergence(manner(PostCopy.NEVER), Duration.ZERO).downtimeMillis())
                .as("without time to wait")
                .isEqualTo(50);
    }

    /** Guests with bursts of writes, of any length and phase, over a link of 80 MiB/s. */
    @Test
    void waitingForAGoodMomentShortensTheStopAndNoMoveIsLongerThanThePatience() {
        long seed = 20_261_127;
        SplittableRandom random = new SplittableRandom(seed);
        double stopped = 0;
        double stoppedAtOnce = 0;
        for (int i = 0; i < 300; i++) {
            BurstyStream stream = new BurstyStream(
                    80 * MIB, random.nextLong(10 * MIB, 70 * MIB), random.nextDouble(0.2, 1.5), random.nextDouble());
            BurstyStream.End atOnce = stream.run(manner(PostCopy.NEVER), Duration.ZERO);
            BurstyStream.End waited = stream.run(manner(PostCopy.NEVER), Convergence.PATIENCE);
            assertThat(waited.stopMillis()).as("seed %d, case %d", seed, i).isLessThanOrEqualTo(50);
            assertThat(waited.seconds() - atOnce.seconds())
                    .as("seed %d, case %d", seed, i)
                    .isLessThan(Convergence.PATIENCE.toMillis() / 1e3 + 1);
            stopped += waited.stopMillis();
            stoppedAtOnce += atOnce.stopMillis();
        }
        assertThat(stopped).isLessThan(0.7 * stoppedAtOnce);
    }

    @Test
    void aGuestThatWavesWithoutGettingOnStalls() {
        assertThat(measures(manner(PostCopy.IF_NEEDED), 200, round -> (95 + 5 * (round % 2)) * MIB))
                .contains(new Measure.PostCopy());
    }
}
