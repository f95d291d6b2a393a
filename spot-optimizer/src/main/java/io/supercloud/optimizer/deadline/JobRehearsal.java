package io.supercloud.optimizer.deadline;

import io.supercloud.core.InvalidValueException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Rehearses a job with a deadline on recorded availability, by several policies, from many start times. */
public final class JobRehearsal {
    /** Of the normal distribution: 95 % of its values are within so many standard deviations. */
    private static final double NORMAL_95 = 1.96;

    /** By how much, as a share, the clairvoyant may be told too cheap. */
    private static final double TOLERANCE = 1e-3;

    /**
     * One line of the report: means over all runs.
     *
     * @param dollars of rent
     * @param dollarsPlusMinus half of the 95 % confidence interval of {@code dollars} over the start times
     * @param timesOptimum all dollars in times of the clairvoyant's
     * @param starts on an instance
     * @param missed how many runs missed their deadline
     */
    public record Line(
            String policy, double dollars, double dollarsPlusMinus, double timesOptimum, double starts, int missed) {}

    /** @param zones their names */
    public record Report(Job job, List<String> zones, int runs, List<Line> lines) {
        public Report {
            zones = List.copyOf(zones);
            lines = List.copyOf(lines);
        }
    }

    private JobRehearsal() {}

    /**
     * @param runs how many, from random ticks of the whole recording; what was recorded before is known to the policies
     * @param progress is told how far it is, in lines
     * @throws InvalidValueException where the recording is shorter than the job's time
     */
    public static Report run(SpotMarket market, Job job, int runs, long seed, Consumer<String> progress) {
        int spare = market.ticks() - (int) Math.ceil(job.deadlineHours() / market.tickHours());
        if (spare < 1) {
            throw new InvalidValueException("the recording has %.1f hours; a job that has %.1f needs a longer one"
                    .formatted(market.ticks() * market.tickHours(), job.deadlineHours()));
        }
        PlannedProgress.Tables tables = new PlannedProgress.Tables(job.deadlineHours(), job.workHours());
        List<Supplier<JobPolicy>> policies = List.of(
                () -> new PlannedProgress(tables), UniformProgress::new, SkyNomad::new, GreedyJob::new, OnDemand::new);
        Map<String, List<JobRun.Account>> accounts = new LinkedHashMap<>();
        double optimum = 0;
        int done = 0;
        int[] from = new SplittableRandom(seed).ints(runs, 0, spare).sorted().toArray();
        for (int start : from) {
            for (Supplier<JobPolicy> each : policies) {
                JobPolicy policy = each.get();
                accounts.computeIfAbsent(policy.name(), _ -> new ArrayList<>())
                        .add(JobRun.of(market, job, policy, start));
            }
            optimum += JobOptimum.of(market, job, start, TOLERANCE).dollars() / runs;
            progress.accept("run %d of %d, from tick %d".formatted(++done, runs, start));
        }
        List<Line> lines = new ArrayList<>();
        for (Map.Entry<String, List<JobRun.Account>> policy : accounts.entrySet()) {
            lines.add(line(policy.getKey(), policy.getValue(), optimum));
        }
        lines.add(new Line("clairvoyant", optimum, 0, 1, 0, 0));
        return new Report(job, market.zones(), runs, lines);
    }

    private static Line line(String policy, List<JobRun.Account> accounts, double optimum) {
        int runs = accounts.size();
        double dollars = 0;
        double starts = 0;
        int missed = 0;
        for (JobRun.Account account : accounts) {
            dollars += account.dollars() / runs;
            starts += (double) account.starts() / runs;
            missed += account.met() ? 0 : 1;
        }
        double squares = 0;
        for (JobRun.Account account : accounts) {
            squares += Math.pow(account.dollars() - dollars, 2);
        }
        double plusMinus = runs < 2 ? 0 : NORMAL_95 * Math.sqrt(squares / (runs - 1) / runs);
        return new Line(policy, dollars, plusMinus, dollars / optimum, starts, missed);
    }

    /** Never on spot instances. */
    private static final class OnDemand implements JobPolicy {
        @Override
        public String name() {
            return "on-demand";
        }

        @Override
        public Place choose(JobView view) {
            return Place.ON_DEMAND;
        }
    }
}
