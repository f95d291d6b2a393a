package io.supercloud.optimizer.sun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.supercloud.optimizer.data.Latencies;
import io.supercloud.optimizer.data.LoadCurve;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SunTest {
    private static final int LEARNED_HOURS = 26;
    private static final Latencies WORLD = new Latencies(
            List.of(
                    new Latencies.City("Tokyo", 35, 139, 10),
                    new Latencies.City("London", 51, 0, 10),
                    new Latencies.City("Denver", 39, -105, 10)),
            List.of(
                    new Latencies.Region("x", "asia", 35, 139),
                    new Latencies.Region("x", "europe", 51, 0),
                    new Latencies.Region("x", "america", 39, -105)),
            List.of(List.of(5.0, 220.0, 130.0), List.of(220.0, 5.0, 120.0), List.of(130.0, 120.0, 5.0)));

    /** Busy by day, with noise. */
    private static LoadCurve curve(int days, double noise, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] hours = new double[days * 24];
        for (int hour = 0; hour < hours.length; hour++) {
            double day = Math.max(0, Math.sin((hour % 24 - 6) / 24.0 * 2 * Math.PI));
            hours[hour] = (5 + 95 * day) * (1 + noise * random.nextDouble());
        }
        return new LoadCurve("test", Instant.EPOCH, hours);
    }

    @Test
    void aVmThatFollowsTheSunGainsMostOfWhatCanBeGainedWithinItsMoves() {
        for (int moves : new int[] {1, 2, 3, 6}) {
            SunRun.Account account = SunRun.of(Demand.of(WORLD, curve(15, 0.3, 1)), moves);
            assertThat(account.mostMovesInADay()).isLessThanOrEqualTo(moves);
            assertThat(account.oursMillis()).isBetween(account.clairvoyantMillis(), account.staticMillis());
            if (moves >= 3) {
                assertThat(account.gain()).isGreaterThan(0.9);
            }
        }
    }

    @Test
    void withoutMovesTheVmStays() {
        assertThat(SunRun.of(Demand.of(WORLD, curve(10, 0.3, 1)), 0).moves()).isZero();
    }

    @Test
    void whatWillBeAskedForChangesNoDecision() {
        double[] hours = curve(10, 0.3, 1).hours();
        SplittableRandom random = new SplittableRandom(4);
        for (int from = 60; from < 200; from++) {
            double[] other = hours.clone();
            for (int hour = from; hour < hours.length; hour++) {
                other[hour] = 100 * random.nextDouble();
            }
            // Tokyo's local time is nine hours ahead, and the replay begins twelve hours after the curve: until then
            // the demand of all hours is the same, and one hour more is decided by it.
            int same = from - 12 - 9 - LEARNED_HOURS + 1;
            assertThat(places(other).subList(0, same))
                    .as("changed from hour %d on", from)
                    .isEqualTo(places(hours).subList(0, same));
        }
    }

    private static List<Integer> places(double[] hours) {
        return SunRun.places(Demand.of(WORLD, new LoadCurve("test", Instant.EPOCH, hours)), 6);
    }

    @Test
    void thePlanIsTheBestOfAllPlans() {
        SplittableRandom random = new SplittableRandom(9);
        for (int round = 0; round < 200; round++) {
            double[][] costs = new double[6][3];
            for (double[] hour : costs) {
                for (int site = 0; site < hour.length; site++) {
                    hour[site] = random.nextDouble();
                }
            }
            int moves = random.nextInt(3);
            int here = random.nextInt(3);
            int midnight = 1 + random.nextInt(5);
            int first = SunPlan.first(costs, here, moves, midnight, 1);
            double best = least(costs, 0, here, moves, midnight);
            double taken = costs[0][first] + least(costs, 1, first, left(moves, here, first, 1, midnight), midnight);
            assertThat(taken).as("round %d", round).isCloseTo(best, within(1e-12));
        }
    }

    private static int left(int moves, int here, int next, int hour, int midnight) {
        return hour == midnight ? 1 : moves - (here == next ? 0 : 1);
    }

    private static double least(double[][] costs, int hour, int here, int moves, int midnight) {
        if (hour == costs.length) {
            return 0;
        }
        double least = Double.POSITIVE_INFINITY;
        for (int next = 0; next < costs[hour].length; next++) {
            if (next == here || moves > 0) {
                int left = left(moves, here, next, hour + 1, midnight);
                least = Math.min(least, costs[hour][next] + least(costs, hour + 1, next, left, midnight));
            }
        }
        return least;
    }
}
