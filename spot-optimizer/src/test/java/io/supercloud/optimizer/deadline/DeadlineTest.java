package io.supercloud.optimizer.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.supercloud.optimizer.data.AvailabilityTrace;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private static final double SPOT = 0.3;
    private static final List<Supplier<JobPolicy>> POLICIES = List.of(
            GreedyJob::new,
            UniformProgress::new,
            SkyNomad::new,
            () -> new PlannedProgress(new PlannedProgress.Tables(20, 12)));

    private static AvailabilityTrace zone(String name, int minutes, BitSet up, int ticks) {
        return new AvailabilityTrace("set", name, "v", minutes * 60_000L, ticks, up);
    }

    /** Zones that stay as they are for some ticks; the same up to a tick for one seed, whatever the other is. */
    private static SpotMarket market(long seed, long futureSeed, int futureFrom, int zones, int ticks, int minutes) {
        List<AvailabilityTrace> traces = new ArrayList<>();
        for (int zone = 0; zone < zones; zone++) {
            SplittableRandom past = new SplittableRandom(seed * 31 + zone);
            SplittableRandom future = new SplittableRandom(futureSeed * 37 + zone);
            BitSet up = new BitSet();
            boolean state = past.nextBoolean();
            for (int tick = 0; tick < ticks; tick++) {
                SplittableRandom random = tick < futureFrom ? past : future;
                state = (random.nextInt(8) == 0) != state;
                up.set(tick, state);
            }
            traces.add(zone("z" + zone, minutes, up, ticks));
        }
        return new SpotMarket(traces, SPOT, 1);
    }

    @Test
    void theOptimumIsThatOfAllSchedules() {
        for (long seed = 0; seed < 60; seed++) {
            SpotMarket market = market(seed, 0, 99, 2, 8, 60);
            Job job = new Job(3.5, 7, seed % 3 * 0.4);
            double least = cheapest(market, job, 0, -2, 0, 0);
            assertThat(JobOptimum.of(market, job, 0, 0))
                    .as("seed %d", seed)
                    .satisfies(result -> assertThat(result.exact()).isTrue())
                    .satisfies(result -> assertThat(result.dollars()).isCloseTo(least, within(1e-9)));
            assertThat(JobOptimum.of(market, job, 0, 0.01).dollars()).isBetween(least * 0.99 - 1e-9, least + 1e-9);
        }
    }

    /** Tries every place at every tick; -2 is idle, -1 on-demand. */
    private static double cheapest(SpotMarket market, Job job, int tick, int here, double overhead, double done) {
        if (done >= job.workHours() - 1e-9) {
            return 0;
        }
        if (tick >= job.deadlineHours()) {
            return Double.POSITIVE_INFINITY;
        }
        double least = cheapest(market, job, tick + 1, -2, 0, done);
        for (int place = -1; place < market.zones().size(); place++) {
            if (place < 0 || market.up(place, tick)) {
                double left = place == here ? overhead : job.changeoverHours();
                double work = Math.min(job.workHours() - done, Math.max(0, 1 - left));
                boolean ends = done + work >= job.workHours() - 1e-9;
                double paid = (place < 0 ? 1 : SPOT) * (ends ? left + work : 1);
                least = Math.min(
                        least, paid + cheapest(market, job, tick + 1, place, Math.max(0, left - 1), done + work));
            }
        }
        return least;
    }

    @Test
    void noPolicyIsCheaperThanTheOptimumAndNoDeadlineIsMissed() {
        for (long seed = 0; seed < 25; seed++) {
            SpotMarket market = market(seed, 0, 9_999, 1 + (int) seed % 3, 400, 10);
            for (double changeover : new double[] {0, 0.05, 0.2}) {
                Job job = new Job(12, 12.2 + seed % 4 * 2, changeover);
                JobOptimum.Result optimum = JobOptimum.of(market, job, 200, 0);
                for (Supplier<JobPolicy> policy : POLICIES) {
                    JobRun.Account account = JobRun.of(market, job, policy.get(), 200);
                    assertThat(account.met())
                            .as("seed %d, %s", seed, policy.get().name())
                            .isTrue();
                    assertThat(account.dollars())
                            .as("seed %d, %s", seed, policy.get().name())
                            .isGreaterThanOrEqualTo(optimum.dollars() - 1e-9);
                }
            }
        }
    }

    @Test
    void oursMeetsEveryDeadlineThatOnDemandCouldMeetOnAMarketThatTurnsAgainstIt() {
        int ticks = 400;
        BitSet up = new BitSet();
        up.set(0, ticks);
        SpotMarket kind = new SpotMarket(List.of(zone("a", 10, up, ticks)), SPOT, 1);
        for (double slack : new double[] {0, 0.01, 0.1, 0.3, 1, 3}) {
            for (int lost = 0; lost < 80; lost += 7) {
                BitSet turned = (BitSet) up.clone();
                turned.clear(200 + lost, ticks);
                SpotMarket market = new SpotMarket(List.of(zone("a", 10, turned, ticks)), SPOT, 1);
                Job job = new Job(12, 12.2 + slack, 0.2);
                JobPolicy ours = new PlannedProgress(new PlannedProgress.Tables(20, 12));
                assertThat(JobRun.of(market, job, ours, 200).met())
                        .as("slack %s h, lost after %d ticks", slack, lost)
                        .isTrue();
            }
        }
        assertThat(JobRun.of(kind, new Job(12, 15, 0.2), POLICIES.get(3).get(), 200)
                        .dollars())
                .isCloseTo(12.2 * SPOT, within(1e-6));
    }

    @Test
    void noPolicySeesTheFuture() {
        for (long seed = 0; seed < 15; seed++) {
            for (Supplier<JobPolicy> policy : POLICIES) {
                List<List<Place>> decisions = new ArrayList<>();
                for (long future = 0; future < 2; future++) {
                    List<Place> made = new ArrayList<>();
                    JobPolicy watched = new Watched(policy.get(), made, 240);
                    JobRun.of(market(seed, future + 5, 241, 2, 400, 10), new Job(12, 16, 0.1), watched, 200);
                    decisions.add(made);
                }
                assertThat(decisions.get(0))
                        .as("seed %d, %s", seed, policy.get().name())
                        .hasSize(41)
                        .isEqualTo(decisions.get(1));
            }
        }
    }

    /** Notes what another policy decides up to a tick. */
    private record Watched(JobPolicy policy, List<Place> made, int until) implements JobPolicy {
        @Override
        public String name() {
            return policy.name();
        }

        @Override
        public Place choose(JobView view) {
            Place place = policy.choose(view);
            if (view.tick() <= until) {
                made.add(place);
            }
            return place;
        }
    }

    @Test
    void aPolicyThatAsksForTheFutureIsRefused() {
        JobPolicy curious = new JobPolicy() {
            @Override
            public String name() {
                return "curious";
            }

            @Override
            public Place choose(JobView view) {
                return view.up(0, view.tick() + 1) ? Place.IDLE : Place.ON_DEMAND;
            }
        };
        assertThatThrownBy(() -> JobRun.of(market(1, 1, 99, 1, 99, 10), new Job(1, 2, 0), curious, 3))
                .hasMessage("tick 4 is in the future of tick 3");
    }

    @Test
    void oursCostsLessThanThePublishedPoliciesOnMarketsItHasNotSeen() {
        double[] sums = new double[POLICIES.size()];
        for (long seed = 100; seed < 130; seed++) {
            SpotMarket market = market(seed, 0, 9_999, 2, 400, 10);
            for (int policy = 0; policy < sums.length; policy++) {
                sums[policy] += JobRun.of(
                                market,
                                new Job(12, 14, 0.2),
                                POLICIES.get(policy).get(),
                                250)
                        .dollars();
            }
        }
        assertThat(sums[3]).isLessThan(sums[0]).isLessThan(sums[1]).isLessThan(sums[2]);
    }
}
