package io.supercloud.benchmarks;

import io.supercloud.optimizer.Rental;
import io.supercloud.optimizer.fleet.Fleet;
import io.supercloud.optimizer.fleet.FleetPlan;
import io.supercloud.optimizer.fleet.FleetPlanner;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ojalgo.optimisation.Expression;
import org.ojalgo.optimisation.ExpressionsBasedModel;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.Variable;

/** How long plans for a large fleet take, and how much more than the least the packing of small ones costs. */
final class FleetPart {
    private static final int VMS = 10_000;
    private static final int SITES = 100;
    private static final int TYPES = 40;
    private static final double PLAN_MILLIS = 2_000;
    private static final double REPLAN_MILLIS = 50;
    private static final double PACKING_BAR = 1.03;
    private static final int WARM_UPS = 3;
    private static final int REPLANS = 200;
    private static final int SMALL_FLEETS = 20;
    private static final double SPOT_SHARE = 0.7;
    private static final int LEAST_SITES = 20;
    private static final int CLOUDS = 4;
    private static final double ON_DEMAND_TIMES_SPOT = 2.5;
    /** Of what the fleet costs without a budget. */
    private static final double BUDGET_SHARE = 0.98;

    private static final int SHAPES = 4;
    private static final int MOST_OF_A_SHAPE = 12;
    private static final Fleet.Rules RULES = new Fleet.Rules(2, 1, 0.1, 24, 0.02);

    private FleetPart() {}

    static List<BenchmarkReport.Result> run(Benchmark.Context context) {
        List<BenchmarkReport.Result> results = new ArrayList<>(times(context, "", Fleet.Limits.NONE));
        results.addAll(times(context, ", 70 % on spot, 20 sites, 4 clouds", limits(Double.POSITIVE_INFINITY)));
        results.addAll(times(
                context,
                ", the same and a budget that binds",
                limits(BUDGET_SHARE * unlimitedDollarsPerHour(context))));
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < SMALL_FLEETS; i++) {
            ratios.add(packing(new SplittableRandom(context.seed() + i)));
        }
        results.add(BenchmarkReport.Result.bounded(
                "fleet, packing of up to %d VMs on 6 types: rent, times a MILP's optimum, worst of %d"
                        .formatted(SHAPES * MOST_OF_A_SHAPE, SMALL_FLEETS),
                new Spread(ratios).quantile(1),
                PACKING_BAR));
        results.add(BenchmarkReport.Result.alone("fleet, packing: the same, median", new Spread(ratios).median()));
        return results;
    }

    private static Fleet.Limits limits(double dollarsPerHour) {
        List<String> clouds = new ArrayList<>();
        for (int site = 0; site < SITES; site++) {
            clouds.add("cloud" + site % CLOUDS);
        }
        return new Fleet.Limits(SPOT_SHARE, LEAST_SITES, CLOUDS, dollarsPerHour, clouds);
    }

    /** What the fleet costs under all limits but a budget. */
    private static double unlimitedDollarsPerHour(Benchmark.Context context) {
        SplittableRandom random = new SplittableRandom(context.seed());
        List<Fleet.Offer> offers = withOnDemand(offers(random, SITES, TYPES));
        return new FleetPlanner(fleet(random, limits(Double.POSITIVE_INFINITY)), offers)
                .plan()
                .dollarsPerHour();
    }

    private static List<Fleet.Offer> withOnDemand(List<Fleet.Offer> spot) {
        List<Fleet.Offer> all = new ArrayList<>(spot);
        spot.forEach(offer -> all.add(new Fleet.Offer(
                offer.site(),
                offer.instanceType(),
                offer.cpus(),
                offer.memoryGib(),
                ON_DEMAND_TIMES_SPOT * offer.dollarsPerHour(),
                offer.terms(),
                Rental.ON_DEMAND)));
        return all;
    }

    private static List<BenchmarkReport.Result> times(Benchmark.Context context, String about, Fleet.Limits limits) {
        context.progress().accept("fleet: %d VMs, %d sites with %d types%s".formatted(VMS, SITES, TYPES, about));
        SplittableRandom random = new SplittableRandom(context.seed());
        List<Fleet.Offer> offers = offers(random, SITES, TYPES);
        offers = limits.equals(Fleet.Limits.NONE) ? offers : withOnDemand(offers);
        Fleet fleet = fleet(random, limits);
        List<Double> plans = new ArrayList<>();
        FleetPlanner planner = null;
        FleetPlan plan = null;
        for (int i = 0; i < WARM_UPS + Benchmark.ROUNDS; i++) {
            long begin = System.nanoTime();
            planner = new FleetPlanner(fleet, offers);
            plan = planner.plan();
            plans.add((System.nanoTime() - begin) / 1e6);
        }
        List<Double> replans = new ArrayList<>();
        List<Double> processor = new ArrayList<>();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (int i = 0; i < REPLANS; i++) {
            Fleet.Offer old = offers.get(random.nextInt(offers.size()));
            double price = old.dollarsPerHour() * (0.3 + 1.4 * random.nextDouble());
            Fleet.Offer changed = new Fleet.Offer(
                    old.site(), old.instanceType(), old.cpus(), old.memoryGib(), price, old.terms(), old.rental());
            long begin = System.nanoTime();
            long processorBegin = threads.getCurrentThreadCpuTime();
            plan = planner.replan(changed);
            processor.add((threads.getCurrentThreadCpuTime() - processorBegin) / 1e6);
            replans.add((System.nanoTime() - begin) / 1e6);
        }
        String of = "fleet, %d VMs, %d sites x %d types%s: ".formatted(VMS, SITES, TYPES, about);
        return List.of(
                BenchmarkReport.Result.bounded(of + "first plan in this process, ms", plans.getFirst(), PLAN_MILLIS),
                BenchmarkReport.Result.bounded(
                        of + "plan, ms, median of %d".formatted(Benchmark.ROUNDS),
                        Medians.of(plans.subList(WARM_UPS, plans.size())),
                        PLAN_MILLIS),
                BenchmarkReport.Result.bounded(
                        of + "plan after one price change, ms, worst of %d".formatted(REPLANS),
                        new Spread(replans).quantile(1),
                        REPLAN_MILLIS),
                BenchmarkReport.Result.alone(
                        of + "plan after one price change, ms, median", new Spread(replans).median()),
                BenchmarkReport.Result.alone(
                        of + "plan after one price change, ms of processor time, worst of %d".formatted(REPLANS),
                        new Spread(processor).quantile(1)),
                BenchmarkReport.Result.alone(
                        of + "limits that the last plan does not keep",
                        plan.violations().size()),
                BenchmarkReport.Result.alone(
                        of + "instances in the last plan",
                        plan.instances().values().stream().mapToInt(List::size).sum()));
    }

    private static List<Fleet.Offer> offers(SplittableRandom random, int sites, int types) {
        List<Fleet.Offer> offers = new ArrayList<>();
        for (int site = 0; site < sites; site++) {
            for (int type = 0; type < types; type++) {
                double cpus = 4 << type % 5;
                double memory = cpus * (2 << type % 3);
                double fair = 0.03 * cpus + 0.004 * memory;
                offers.add(new Fleet.Offer(site, "t" + type, cpus, memory, fair * (0.6 + 0.6 * random.nextDouble())));
            }
        }
        return offers;
    }

    /** VMs of all sizes, at random sites; some together, some apart, some with few sites permitted. */
    private static Fleet fleet(SplittableRandom random, Fleet.Limits limits) {
        List<String> sites = new ArrayList<>();
        for (int site = 0; site < SITES; site++) {
            sites.add("site" + site);
        }
        List<Fleet.Vm> vms = new ArrayList<>();
        for (int vm = 0; vm < VMS; vm++) {
            BitSet permitted = new BitSet();
            permitted.set(0, SITES);
            if (random.nextInt(4) == 0) {
                permitted.clear(0, random.nextInt(SITES));
            }
            vms.add(new Fleet.Vm(
                    "vm" + vm,
                    0.5 + 3.5 * random.nextDouble(),
                    0.5 + 8 * random.nextDouble(),
                    random.nextInt(SITES),
                    4,
                    permitted,
                    vm % 20 == 0 ? Optional.of("together" + vm / 100) : Optional.empty(),
                    vm % 20 == 1 ? Optional.of("apart" + vm / 100) : Optional.empty()));
        }
        return new Fleet(sites, vms, RULES, limits);
    }

    /** Our packing of one small fleet in times of the optimum: counts of patterns that hold so many VMs of each shape. */
    private static double packing(SplittableRandom random) {
        List<Fleet.Offer> offers = offers(random, 1, 6);
        double[][] shapes = new double[SHAPES][];
        int[] counts = new int[SHAPES];
        List<Fleet.Vm> vms = new ArrayList<>();
        BitSet here = new BitSet();
        here.set(0);
        for (int shape = 0; shape < SHAPES; shape++) {
            shapes[shape] = new double[] {0.5 + 5 * random.nextDouble(), 0.5 + 9 * random.nextDouble()};
            counts[shape] = 1 + random.nextInt(MOST_OF_A_SHAPE);
            for (int i = 0; i < counts[shape]; i++) {
                vms.add(new Fleet.Vm(
                        "vm" + vms.size(),
                        shapes[shape][0],
                        shapes[shape][1],
                        Fleet.NOWHERE,
                        1,
                        here,
                        Optional.empty(),
                        Optional.empty()));
            }
        }
        double ours = new FleetPlanner(new Fleet(List.of("here"), vms, RULES), offers)
                .plan()
                .dollarsPerHour();
        return ours / optimum(offers, shapes, counts);
    }

    private static double optimum(List<Fleet.Offer> offers, double[][] shapes, int[] counts) {
        ExpressionsBasedModel model = new ExpressionsBasedModel();
        List<Expression> demands = new ArrayList<>();
        for (int shape = 0; shape < counts.length; shape++) {
            demands.add(model.newExpression("shape" + shape).lower(counts[shape]));
        }
        List<int[]> patterns = new ArrayList<>();
        for (Fleet.Offer offer : offers) {
            patterns.clear();
            patterns(offer, shapes, counts, new int[counts.length], 0, patterns);
            for (int[] pattern : patterns) {
                Variable used = model.newVariable(offer.instanceType() + " " + Arrays.toString(pattern))
                        .integer(true)
                        .lower(0)
                        .weight(offer.dollarsPerHour());
                for (int shape = 0; shape < pattern.length; shape++) {
                    demands.get(shape).set(used, pattern[shape]);
                }
            }
        }
        Optimisation.Result result = model.minimise();
        if (!result.getState().isOptimal()) {
            throw new BenchmarkException("the MILP was not solved: " + result.getState());
        }
        return result.getValue();
    }

    /** All ways to fill an instance to which no VM can be added. */
    private static void patterns(
            Fleet.Offer offer, double[][] shapes, int[] counts, int[] pattern, int shape, List<int[]> patterns) {
        if (shape == counts.length) {
            boolean full = true;
            for (int each = 0; each < counts.length; each++) {
                pattern[each]++;
                full &= pattern[each] > counts[each] || !holds(offer, shapes, pattern);
                pattern[each]--;
            }
            if (full) {
                patterns.add(pattern.clone());
            }
            return;
        }
        for (int count = 0; count <= counts[shape]; count++) {
            pattern[shape] = count;
            if (!holds(offer, shapes, pattern)) {
                break;
            }
            patterns(offer, shapes, counts, pattern, shape + 1, patterns);
        }
        pattern[shape] = 0;
    }

    private static boolean holds(Fleet.Offer offer, double[][] shapes, int[] pattern) {
        double cpus = 0;
        double memory = 0;
        for (int shape = 0; shape < pattern.length; shape++) {
            cpus += pattern[shape] * shapes[shape][0];
            memory += pattern[shape] * shapes[shape][1];
        }
        return cpus <= offer.cpus() * RULES.cpuOversubscription() + 1e-9
                && memory <= offer.memoryGib() * RULES.memoryOversubscription() + 1e-9;
    }
}
