package io.supercloud.optimizer.chase;

import static io.supercloud.optimizer.chase.RandomMarkets.HOUR;
import static io.supercloud.optimizer.chase.RandomMarkets.market;
import static io.supercloud.optimizer.chase.RandomMarkets.random;
import static io.supercloud.optimizer.chase.RandomMarkets.rules;
import static io.supercloud.optimizer.chase.RandomMarkets.series;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ChaseTest {
    private static final Duration HALF_HOUR = Duration.ofMinutes(30);
    private static final List<Supplier<Chaser>> POLICIES = List.of(
            GreedyChaser::new,
            SmartSpotChaser::new,
            RehearsingChaser::new,
            () -> new TempoChaser(1),
            () -> new HorizonChaser(Duration.ofHours(1)));

    @Test
    void bothPlacesArePaidWhileTheVmMoves() {
        ChaseMarket market = market(rules(HALF_HOUR, 10), 0.5, series(0, 1, 2, 3), series(0, 2));
        ChaseAccount account = ChaseRun.of(market, new GreedyChaser(), 0, 0, 10 * HOUR);
        assertThat(account.rentDollars()).isCloseTo(2 * 1 + 0.5 * 3 + 8 * 2, within(1e-9));
        assertThat(account.egressDollars()).isEqualTo(0.5);
        assertThat(account.stays())
                .containsExactly(new ChaseAccount.Stay(0, 0), new ChaseAccount.Stay(1, 2 * HOUR + HOUR / 2));
        assertThat(account.availability()).isEqualTo(1);
    }

    @Test
    void aPriceAboveTheBidTakesThePlaceAwayAfterTheNotice() {
        ChaseMarket market = market(rules(HALF_HOUR, 1), 0, series(0, 0.5, 2, 1.5), series(0, 0.6));
        ChaseAccount account = ChaseRun.of(market, new GreedyChaser(), 0, 0, 10 * HOUR);
        assertThat(account.downMillis()).isEqualTo(28 * 60_000);
        assertThat(account.rentDollars()).isCloseTo(2 * 0.5 + 1.0 / 30 + 8 * 0.6, within(1e-9));
        assertThat(ChaseOptimum.of(market, 0, 10 * HOUR).downMillis()).isZero();
    }

    @Test
    void theOptimumIsThatOfAllSchedules() {
        for (long seed = 0; seed < 30; seed++) {
            ChaseMarket market =
                    market(rules(Duration.ofMinutes(12), 10), 0.02, random(seed, 1, 9, 2), random(seed + 99, 1, 9, 2));
            double optimum = ChaseOptimum.of(market, 0, 2 * HOUR).dollars();
            assertThat(optimum).as("seed %d", seed).isCloseTo(cheapestSchedule(market, 2 * HOUR), within(1e-9));
        }
    }

    /** Tries every way to be at one of two places between the times at which something changes. */
    private static double cheapestSchedule(ChaseMarket market, long end) {
        long changeover = market.changeoverMillis();
        List<Long> times = new ArrayList<>(List.of(0L));
        for (int i = 0; i < market.changes(); i++) {
            times.add(market.changeMillis(i));
            times.add(market.changeMillis(i) + changeover);
        }
        List<Long> cuts =
                times.stream().filter(time -> time < end).distinct().sorted().toList();
        double least = Double.POSITIVE_INFINITY;
        for (int ways = 0; ways < 1 << cuts.size(); ways++) {
            double dollars = 0;
            for (int i = 0; i < cuts.size() && dollars < least; i++) {
                int place = ways >> i & 1;
                long until = i + 1 < cuts.size() ? cuts.get(i + 1) : end;
                dollars += market.places().get(place).prices().dollars(cuts.get(i), until);
                if (i > 0 && place != (ways >> (i - 1) & 1)) {
                    dollars += cuts.get(i) < changeover
                            ? Double.POSITIVE_INFINITY
                            : market.egress(1 - place, place)
                                    + market.places()
                                            .get(place)
                                            .prices()
                                            .dollars(cuts.get(i) - changeover, cuts.get(i));
                }
            }
            least = Math.min(least, dollars);
        }
        return least;
    }

    @Test
    void noPolicyIsCheaperThanTheOptimum() {
        for (long seed = 0; seed < 40; seed++) {
            ChaseMarket market = market(
                    rules(Duration.ofMinutes(12), seed % 2 == 0 ? 10 : 1),
                    0.01,
                    random(seed, 1, 999, 200),
                    random(seed + 1000, 1, 999, 200),
                    random(seed + 2000, 1, 999, 200));
            ChaseAccount optimum = ChaseOptimum.of(market, 20 * HOUR, 200 * HOUR);
            for (Supplier<Chaser> policy : POLICIES) {
                ChaseAccount account = ChaseRun.of(market, policy.get(), 0, 20 * HOUR, 200 * HOUR);
                assertThat(account.upMillis()).as("seed %d", seed).isLessThanOrEqualTo(optimum.upMillis());
                if (account.downMillis() == 0) {
                    assertThat(account.dollars())
                            .as("seed %d, %s", seed, policy.get().name())
                            .isGreaterThanOrEqualTo(optimum.dollars() - 1e-9);
                }
            }
        }
    }

    @Test
    void noPolicySeesTheFuture() {
        for (long seed = 0; seed < 20; seed++) {
            for (Supplier<Chaser> policy : POLICIES) {
                List<List<ChaseAccount.Stay>> stays = new ArrayList<>();
                for (long future = 0; future < 2; future++) {
                    ChaseMarket market = market(
                            rules(Duration.ofMinutes(12), 10),
                            0.01,
                            random(seed, seed + 50 + future, 100, 200),
                            random(seed + 1000, seed + 70 + future, 100, 200));
                    stays.add(ChaseRun.of(market, policy.get(), 0, 20 * HOUR, 200 * HOUR).stays().stream()
                            .filter(stay -> stay.sinceMillis() < 100 * HOUR)
                            .toList());
                }
                assertThat(stays.get(0))
                        .as("seed %d, %s", seed, policy.get().name())
                        .isEqualTo(stays.get(1));
            }
        }
    }

    @Test
    void noiseDoesNotMakeOursFlap() {
        SplittableRandom random = new SplittableRandom(3);
        List<Double> here = new ArrayList<>();
        List<Double> there = new ArrayList<>();
        for (int minute = 0; minute < 14 * 24 * 60; minute += 5) {
            here.addAll(List.of(minute / 60.0, 0.1 * (0.95 + 0.1 * random.nextDouble())));
            there.addAll(List.of(minute / 60.0, 0.1 * (0.95 + 0.1 * random.nextDouble())));
        }
        ChaseMarket market = market(rules(Duration.ofMinutes(12), 10), 0, array(here), array(there));
        assertThat(ChaseRun.of(market, new RehearsingChaser(), 0, 7 * 24 * HOUR, 14 * 24 * HOUR)
                        .moves())
                .isLessThanOrEqualTo(1);
        assertThat(ChaseRun.of(market, new GreedyChaser(), 0, 7 * 24 * HOUR, 14 * 24 * HOUR)
                        .moves())
                .as("greedy, for comparison")
                .isGreaterThan(100);
    }

    private static PriceSeries array(List<Double> values) {
        return series(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
