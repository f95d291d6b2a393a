package io.supercloud.benchmarks;

import io.supercloud.optimizer.data.AvailabilityTrace;
import io.supercloud.optimizer.data.DataFolder;
import io.supercloud.optimizer.deadline.GreedyJob;
import io.supercloud.optimizer.deadline.Job;
import io.supercloud.optimizer.deadline.JobOptimum;
import io.supercloud.optimizer.deadline.JobPolicy;
import io.supercloud.optimizer.deadline.JobRun;
import io.supercloud.optimizer.deadline.PlannedProgress;
import io.supercloud.optimizer.deadline.SkyNomad;
import io.supercloud.optimizer.deadline.SpotMarket;
import io.supercloud.optimizer.deadline.UniformProgress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Jobs of 48 hours with deadlines, as in "Can't Be Late" (NSDI 2024), on its traces. */
final class DeadlinePart {
    private static final double WORK_HOURS = 48;
    private static final double[] FRACTIONS = {0.6, 0.7, 0.8, 0.9, 0.95};
    /** Those of the paper, of a fast restart, and of a live move. */
    private static final double[] CHANGEOVER_HOURS = {0.2, 0.05, 30 / 3600.0};

    /** The traces have no prices; p3.2xlarge was 0.918 dollars on spot and 3.06 on demand when they were recorded. */
    private static final double SPOT_SHARE = 0.3;

    private static final double CLAIRVOYANT_BAR = 1.1;
    private static final double TOLERANCE = 1e-3;
    private static final int STARTS = 40;

    private final Benchmark.Context context;
    private final int starts;
    /** By setting, then by policy: cost in times of the optimum's on-demand, a sum over starts of each market. */
    private final Map<String, Map<String, List<Double>>> costs = new LinkedHashMap<>();

    private int missed = 0;
    private int jobs = 0;
    private int bounds = 0;

    private DeadlinePart(Benchmark.Context context) {
        this.context = context;
        this.starts = context.runs().orElse(STARTS);
    }

    static List<BenchmarkReport.Result> run(Benchmark.Context context, DataFolder data) {
        Map<String, List<AvailabilityTrace>> sets = data.availability().stream()
                .collect(Collectors.groupingBy(
                        trace -> "%s %s %d".formatted(trace.set(), trace.resource(), trace.tickMillis()),
                        TreeMap::new,
                        Collectors.toList()));
        List<BenchmarkReport.Result> results = new ArrayList<>();
        DeadlinePart several = new DeadlinePart(context);
        DeadlinePart single = new DeadlinePart(context);
        sets.forEach((set, traces) -> {
            if (traces.size() > 1) {
                several.measure(set, traces);
            }
            traces.forEach(trace -> single.measure(set + " " + trace.zone(), List.of(trace)));
        });
        results.addAll(several.results("multi-zone", true));
        results.addAll(single.results("single-zone", false));
        return results;
    }

    private void measure(String name, List<AvailabilityTrace> traces) {
        SpotMarket market = new SpotMarket(traces, SPOT_SHARE, 1);
        double longest = WORK_HOURS / FRACTIONS[0];
        int ticks = (int) Math.ceil(longest / market.tickHours()) + 1;
        if (market.ticks() <= ticks) {
            context.progress().accept("deadline: %s is too short".formatted(name));
            return;
        }
        context.progress().accept("deadline: %s, %d zones".formatted(name, traces.size()));
        int[] from = new SplittableRandom(context.seed())
                .ints(starts, 0, market.ticks() - ticks)
                .sorted()
                .toArray();
        for (double changeover : CHANGEOVER_HOURS) {
            PlannedProgress.Tables tables = new PlannedProgress.Tables(longest, WORK_HOURS);
            Map<Double, Map<String, Double>> sums = new LinkedHashMap<>();
            for (int start : from) {
                for (double fraction : FRACTIONS) {
                    Job job = new Job(WORK_HOURS, WORK_HOURS / fraction, changeover);
                    Map<String, Double> sum = sums.computeIfAbsent(fraction, _ -> new LinkedHashMap<>());
                    for (JobPolicy policy : List.of(
                            new PlannedProgress(tables), new UniformProgress(), new SkyNomad(), new GreedyJob())) {
                        sum.merge(policy.name(), run(market, job, policy, start), Double::sum);
                    }
                    JobOptimum.Result optimum = JobOptimum.of(market, job, start, TOLERANCE);
                    bounds += optimum.exact() ? 0 : 1;
                    sum.merge("optimum", optimum.dollars(), Double::sum);
                }
            }
            sums.forEach((fraction, sum) -> sum.forEach((policy, dollars) -> costs.computeIfAbsent(
                            setting(fraction, changeover), _ -> new LinkedHashMap<>())
                    .computeIfAbsent(policy, _ -> new ArrayList<>())
                    .add(dollars / starts / WORK_HOURS)));
        }
    }

    private static String setting(double fraction, double changeover) {
        return "fraction %.2f, changeover %.0f s".formatted(fraction, changeover * 3600);
    }

    private double run(SpotMarket market, Job job, JobPolicy policy, int start) {
        JobRun.Account account = JobRun.of(market, job, policy, start);
        if (policy instanceof PlannedProgress) {
            jobs++;
            missed += account.met() ? 0 : 1;
        }
        return account.dollars();
    }

    private List<BenchmarkReport.Result> results(String about, boolean clairvoyantBar) {
        List<BenchmarkReport.Result> results = new ArrayList<>();
        if (jobs == 0) {
            return results;
        }
        costs.forEach((setting, policies) -> {
            double ours = mean(policies.get("ours"));
            double optimum = mean(policies.get("optimum"));
            String of = "deadline, %s, %s: ".formatted(about, setting);
            results.add(BenchmarkReport.Result.against(
                    of + "cost, times on-demand's, beside uniform progress",
                    ours,
                    mean(policies.get("uniform progress")),
                    1));
            results.add(BenchmarkReport.Result.against(
                    of + "cost, times on-demand's, beside skynomad", ours, mean(policies.get("skynomad")), 1));
            results.add(BenchmarkReport.Result.beside(
                    of + "cost, times on-demand's, beside greedy", ours, mean(policies.get("greedy"))));
            String measure = of + "cost, times the clairvoyant optimum";
            results.add(
                    clairvoyantBar
                            ? BenchmarkReport.Result.bounded(measure, ours / optimum, CLAIRVOYANT_BAR)
                            : BenchmarkReport.Result.alone(measure, ours / optimum));
            List<Double> ratios = new ArrayList<>();
            for (int market = 0; market < policies.get("ours").size(); market++) {
                ratios.add(policies.get("ours").get(market)
                        / policies.get("optimum").get(market));
            }
            results.add(BenchmarkReport.Result.alone(
                    measure + ", median of %d markets".formatted(ratios.size()), new Spread(ratios).median()));
        });
        results.add(BenchmarkReport.Result.bounded(
                "deadline, %s: deadlines missed, of %d jobs".formatted(about, jobs), missed, 0));
        results.add(BenchmarkReport.Result.alone(
                "deadline, %s: optima known only as lower bounds".formatted(about), bounds));
        return results;
    }

    private static double mean(List<Double> figures) {
        return figures.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
