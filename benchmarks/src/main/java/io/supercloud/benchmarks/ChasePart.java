package io.supercloud.benchmarks;

import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.chase.ChaseAccount;
import io.supercloud.optimizer.chase.ChaseMarket;
import io.supercloud.optimizer.chase.ChaseOptimum;
import io.supercloud.optimizer.chase.ChaseRules;
import io.supercloud.optimizer.chase.ChaseRun;
import io.supercloud.optimizer.chase.Chaser;
import io.supercloud.optimizer.chase.GreedyChaser;
import io.supercloud.optimizer.chase.Recording;
import io.supercloud.optimizer.chase.RehearsingChaser;
import io.supercloud.optimizer.chase.SmartSpotChaser;
import io.supercloud.optimizer.data.DataFolder;
import io.supercloud.optimizer.data.EgressTariff;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Price chasing between the zones of the bid market, and between the regions of GCP. */
final class ChasePart {
    /** Until then AWS took instances away from who bid less than the price. */
    private static final Instant BIDS_END = Instant.parse("2017-12-01T00:00:00Z");

    private static final Duration NOTICE = Duration.ofMinutes(2);
    private static final Duration LIVE_MOVE = Duration.ofSeconds(30);
    private static final Duration RESTART = Duration.ofMinutes(12);
    private static final Map<Duration, Double> BARS = new LinkedHashMap<>();
    private static final double REGIONS_BAR = 1.02;
    private static final double AVAILABILITY_BAR = 0.999;
    /** What the market charged at most, in times of the list price: who bids that is never outbid. */
    private static final double HIGHEST_BID = 10;

    /** In less there are too few prices above the list price. */
    private static final Duration ENOUGH_FOR_LOW_BIDS = Duration.ofDays(30);

    private static final int STARTS = 300;
    private static final double IMAGE_GIGABYTES = 50;
    private static final long RUN_MILLIS = Duration.ofDays(10).toMillis();
    private static final long HISTORY_MILLIS = Duration.ofDays(10).toMillis();
    private static final List<Supplier<Chaser>> POLICIES =
            List.of(RehearsingChaser::new, GreedyChaser::new, SmartSpotChaser::new);

    static {
        BARS.put(Duration.ZERO, 1.05);
        BARS.put(LIVE_MOVE, 1.07);
        BARS.put(RESTART, 1.15);
    }

    private final Benchmark.Context context;
    private final int starts;

    /** By name of a policy, a figure for each market, and the availabilities of ours where the optimum's is high. */
    private static final class Figures {
        private final Map<String, List<Double>> medians = new LinkedHashMap<>();
        private final List<Double> all = new ArrayList<>();
        private double upMillis = 0;
        private double allMillis = 0;

        void add(String policy, double median) {
            medians.computeIfAbsent(policy, _ -> new ArrayList<>()).add(median);
        }
    }

    private ChasePart(Benchmark.Context context) {
        this.context = context;
        this.starts = context.runs().orElse(STARTS);
    }

    static List<BenchmarkReport.Result> zones(Benchmark.Context context, DataFolder data) {
        ChasePart part = new ChasePart(context);
        List<BenchmarkReport.Result> results = new ArrayList<>();
        for (Recording recording : Recording.of(data.prices(), data.listPrices())) {
            if (recording.begin().isBefore(BIDS_END)) {
                int year = recording.end().atOffset(ZoneOffset.UTC).getYear();
                List<List<Pool>> all = recording.poolsByType().values().stream()
                        .filter(pools -> pools.size() > 1)
                        .toList();
                List<List<Pool>> pairs =
                        all.stream().flatMap(pools -> pairs(pools).stream()).toList();
                results.addAll(part.zones(recording, "two-zone, bid market of %d".formatted(year), pairs, HIGHEST_BID));
                if (!all.equals(pairs)) {
                    results.addAll(
                            part.zones(recording, "all-zone, bid market of %d".formatted(year), all, HIGHEST_BID));
                }
                if (Duration.between(recording.begin(), recording.end()).compareTo(ENOUGH_FOR_LOW_BIDS) >= 0) {
                    results.addAll(part.zones(
                            recording, "two-zone, bid market of %d, bids of the list price".formatted(year), pairs, 1));
                }
            }
        }
        return results;
    }

    static List<BenchmarkReport.Result> regions(Benchmark.Context context, DataFolder data) {
        ChasePart part = new ChasePart(context);
        List<BenchmarkReport.Result> results = new ArrayList<>();
        EgressTariff tariff = data.egress();
        for (Recording recording : Recording.of(
                data.prices().stream()
                        .filter(trace -> trace.pools().stream()
                                .allMatch(pool -> pool.cloud().equals("gcp")
                                        && pool.zone().isEmpty()))
                        .toList(),
                data.listPrices())) {
            Figures figures = new Figures();
            recording.poolsByType().forEach((type, pools) -> {
                if (pools.size() > 1) {
                    ChaseRules rules = new ChaseRules(LIVE_MOVE, HIGHEST_BID, NOTICE);
                    part.measure(
                            recording.market(type, pools, rules, IMAGE_GIGABYTES, tariff), Long.MAX_VALUE, figures);
                }
            });
            results.addAll(part.results(
                    "regions of GCP from %s, 50 GB of egress".formatted(recording.begin()), figures, REGIONS_BAR));
        }
        return results;
    }

    private static List<List<Pool>> pairs(List<Pool> pools) {
        List<List<Pool>> pairs = new ArrayList<>();
        for (int first = 0; first + 1 < pools.size(); first += 2) {
            pairs.add(pools.subList(first, first + 2));
        }
        return pairs;
    }

    private List<BenchmarkReport.Result> zones(Recording recording, String about, List<List<Pool>> places, double bid) {
        List<BenchmarkReport.Result> results = new ArrayList<>();
        BARS.forEach((changeover, bar) -> {
            Figures figures = new Figures();
            for (List<Pool> pools : places) {
                ChaseRules rules = new ChaseRules(changeover, bid, NOTICE);
                String type = pools.getFirst().instanceType();
                measure(recording.market(type, pools, rules, 0, EgressTariff.unknown()), RUN_MILLIS, figures);
            }
            results.addAll(results("%s, changeover %d s".formatted(about, changeover.toSeconds()), figures, bar));
        });
        return results;
    }

    /** Runs of half of the recording or {@code longest}, whichever is shorter, at random starts. */
    private void measure(ChaseMarket market, long longest, Figures figures) {
        long begin = market.beginMillis();
        long span = market.endMillis() - begin;
        long run = Math.min(longest, span / 2);
        if (run <= 0) {
            return;
        }
        context.progress()
                .accept("chase: %s, %d places"
                        .formatted(market.name(), market.places().size()));
        SplittableRandom random = new SplittableRandom(context.seed());
        Map<String, List<Double>> ratios = new LinkedHashMap<>();
        for (int i = 0; i < starts; i++) {
            long from = begin + random.nextLong(span - run);
            ChaseAccount optimum = ChaseOptimum.of(market, from, from + run);
            if (optimum.upMillis() <= 0) {
                continue;
            }
            ratios.computeIfAbsent("best static with hindsight", _ -> new ArrayList<>())
                    .add(ratio(ChaseOptimum.stayPut(market, from, from + run), optimum));
            for (Supplier<Chaser> policy : POLICIES) {
                Chaser chaser = policy.get();
                long history = longest == Long.MAX_VALUE ? begin : Math.max(begin, from - HISTORY_MILLIS);
                ChaseAccount account = ChaseRun.of(market, chaser, history, from, from + run);
                ratios.computeIfAbsent(chaser.name(), _ -> new ArrayList<>()).add(ratio(account, optimum));
                if (chaser instanceof RehearsingChaser && optimum.availability() >= AVAILABILITY_BAR) {
                    figures.upMillis += account.upMillis();
                    figures.allMillis += account.upMillis() + account.downMillis();
                }
            }
        }
        ratios.forEach((policy, each) -> figures.add(policy, new Spread(each).median()));
        figures.all.addAll(ratios.getOrDefault("ours", List.of()));
    }

    private static double ratio(ChaseAccount account, ChaseAccount optimum) {
        return account.dollarsPerHourUp() / optimum.dollarsPerHourUp();
    }

    private List<BenchmarkReport.Result> results(String about, Figures figures, double bar) {
        List<BenchmarkReport.Result> results = new ArrayList<>();
        if (figures.medians.isEmpty()) {
            return results;
        }
        String of = "%s: cost, times the clairvoyant optimum, ".formatted(about);
        figures.medians.forEach((policy, medians) -> {
            String measure =
                    of + "median of %d markets' medians of %d starts, %s".formatted(medians.size(), starts, policy);
            results.add(
                    policy.equals("ours")
                            ? BenchmarkReport.Result.bounded(measure, new Spread(medians).median(), bar)
                            : BenchmarkReport.Result.alone(measure, new Spread(medians).median()));
        });
        results.add(BenchmarkReport.Result.alone(
                of + "worst market's median, ours", new Spread(figures.medians.get("ours")).quantile(1)));
        results.add(BenchmarkReport.Result.alone(
                of + "90th percentile of all runs, ours", new Spread(figures.all).quantile(0.9)));
        if (figures.allMillis > 0) {
            results.add(BenchmarkReport.Result.reached(
                    about + ": availability of ours where the clairvoyant has 99.9 %",
                    figures.upMillis / figures.allMillis,
                    AVAILABILITY_BAR));
        }
        return results;
    }
}
