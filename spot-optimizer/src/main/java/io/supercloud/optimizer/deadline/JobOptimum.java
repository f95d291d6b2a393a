package io.supercloud.optimizer.deadline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The least that anybody could have paid for a job who knew when spot instances come and go; exact.
 *
 * <p>State space: (tick, place), and for each the ways to be there that no other way beats both in work done and in dollars.
 * A start costs a changeover of work at once, as no optimal schedule leaves an instance within its changeover. Ways that
 * cannot lead to the optimum are dropped early: a Lagrangian relaxation of the work (so many dollars for an hour of it)
 * bounds from below what finishing from any state costs, and gives a schedule to beat.
 */
public final class JobOptimum {
    /** More ways than this at one tick are not followed; the bound is told instead. */
    private static final int MAX_WAYS = 20_000;

    private static final int BISECTIONS = 30;
    private static final double MAX_TIMES_ON_DEMAND = 100;
    private static final double EPSILON = 1e-9;
    private static final int IDLE = 0;
    private static final int ON_DEMAND = 1;
    private static final int FIRST_ZONE = 2;

    private final double tolerance;
    private final SpotMarket market;
    private final Job job;
    private final int start;
    private final int ticks;
    private final int places;
    private double[][] relaxed;
    private double worth;
    private double lowest;
    private double highest;

    /**
     * @param dollars of the optimum
     * @param exact false where only a lower bound of it was found in the space allowed
     */
    public record Result(double dollars, boolean exact) {}

    private record Way(double work, double dollars) {}

    private JobOptimum(SpotMarket market, Job job, int start, double tolerance) {
        this.tolerance = tolerance;
        this.market = market;
        this.job = job;
        this.start = start;
        this.ticks = (int) Math.ceil(job.deadlineHours() / market.tickHours() - EPSILON);
        this.places = FIRST_ZONE + market.zones().size();
        this.highest = market.onDemandDollarsPerHour() * (job.workHours() + job.changeoverHours());
    }

    /**
     * The optimum of {@code job} from {@code startTick} on; the market must reach to its deadline.
     *
     * @param tolerance share of the optimum by which the result may be too low, 0 for not at all; some saves much time
     */
    public static Result of(SpotMarket market, Job job, int startTick, double tolerance) {
        return new JobOptimum(market, job, startTick, tolerance).solve();
    }

    private Result solve() {
        double low = 0;
        double high = 2 * market.onDemandDollarsPerHour();
        while (!bound(high) && high < MAX_TIMES_ON_DEMAND * market.onDemandDollarsPerHour()) {
            low = high;
            high *= 2;
        }
        for (int i = 0; i < BISECTIONS && highest - lowest > tolerance * highest; i++) {
            double middle = (low + high) / 2;
            if (bound(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return search();
    }

    /** Bounds the optimum by a relaxation; whether the relaxation's own schedule does the work. */
    private boolean bound(double dollarsPerWorkHour) {
        double[][] values = relax(dollarsPerWorkHour);
        double bound = values[0][IDLE] + dollarsPerWorkHour * job.workHours();
        if (relaxed == null || bound > lowest) {
            relaxed = values;
            worth = dollarsPerWorkHour;
            lowest = bound;
        }
        return finishes(values, dollarsPerWorkHour);
    }

    private double length(int tick) {
        return Math.min(market.tickHours(), job.deadlineHours() - tick * market.tickHours());
    }

    private boolean there(int place, int tick) {
        return place < FIRST_ZONE || market.up(place - FIRST_ZONE, start + tick);
    }

    private double price(int place) {
        return switch (place) {
            case IDLE -> 0;
            case ON_DEMAND -> market.onDemandDollarsPerHour();
            default -> market.spotDollarsPerHour();
        };
    }

    /** For each tick and place the least of dollars less the worth of the work from there on. */
    private double[][] relax(double dollarsPerWorkHour) {
        double[][] values = new double[ticks + 1][places];
        for (int tick = ticks - 1; tick >= 0; tick--) {
            double[] run = new double[places];
            double started = Double.POSITIVE_INFINITY;
            for (int place = ON_DEMAND; place < places; place++) {
                run[place] = there(place, tick)
                        ? values[tick + 1][place] + (price(place) - dollarsPerWorkHour) * length(tick)
                        : Double.POSITIVE_INFINITY;
                started = Math.min(started, run[place] + dollarsPerWorkHour * job.changeoverHours());
            }
            double otherwise = Math.min(values[tick + 1][IDLE], started);
            values[tick][IDLE] = otherwise;
            for (int place = ON_DEMAND; place < places; place++) {
                values[tick][place] = Math.min(run[place], otherwise);
            }
        }
        return values;
    }

    /** Follows the best way of a relaxation; where it does the work, its dollars are one to beat. */
    private boolean finishes(double[][] values, double dollarsPerWorkHour) {
        int here = IDLE;
        double work = 0;
        double dollars = 0;
        for (int tick = 0; tick < ticks; tick++) {
            int next = IDLE;
            double least = values[tick + 1][IDLE];
            for (int place = ON_DEMAND; place < places; place++) {
                double overhead = place == here ? 0 : dollarsPerWorkHour * job.changeoverHours();
                double value = there(place, tick)
                        ? values[tick + 1][place] + (price(place) - dollarsPerWorkHour) * length(tick) + overhead
                        : Double.POSITIVE_INFINITY;
                if (value < least) {
                    least = value;
                    next = place;
                }
            }
            if (next != IDLE) {
                work -= next == here ? 0 : job.changeoverHours();
                double missing = job.workHours() - work;
                if (missing <= length(tick) + EPSILON) {
                    highest = Math.min(highest, dollars + price(next) * missing);
                    return true;
                }
                work += length(tick);
                dollars += price(next) * length(tick);
            }
            here = next;
        }
        return false;
    }

    private Result search() {
        List<List<Way>> here = new ArrayList<>();
        for (int place = 0; place < places; place++) {
            here.add(place == IDLE ? List.of(new Way(0, 0)) : List.of());
        }
        for (int tick = 0; tick < ticks; tick++) {
            List<Way> all = undominated(here.stream().flatMap(List::stream).toList());
            List<List<Way>> next = new ArrayList<>();
            int ways = 0;
            for (int place = 0; place < places; place++) {
                List<Way> found = there(place, tick) ? extend(place, tick, here.get(place), all) : List.of();
                ways += found.size();
                next.add(found);
            }
            if (ways > MAX_WAYS) {
                return new Result(lowest, false);
            }
            here = next;
        }
        return new Result(Math.max(lowest, highest * (1 - tolerance)), true);
    }

    /** The ways to be at {@code place} after {@code tick}, by those who were there and those who come. */
    private List<Way> extend(int place, int tick, List<Way> stayed, List<Way> all) {
        if (place == IDLE) {
            return all.stream()
                    .filter(way -> promising(place, tick, way.work(), way.dollars()))
                    .toList();
        }
        List<Way> found = new ArrayList<>();
        for (Way way : stayed) {
            run(place, tick, way.work(), way.dollars(), found);
        }
        for (Way way : all) {
            run(place, tick, way.work() - job.changeoverHours(), way.dollars(), found);
        }
        return undominated(found);
    }

    private void run(int place, int tick, double work, double dollars, List<Way> found) {
        double missing = job.workHours() - work;
        if (missing <= length(tick) + EPSILON) {
            highest = Math.min(highest, dollars + price(place) * missing);
        } else if (promising(place, tick, work + length(tick), dollars + price(place) * length(tick))) {
            found.add(new Way(work + length(tick), dollars + price(place) * length(tick)));
        }
    }

    private boolean promising(int place, int tick, double work, double dollars) {
        double bound = dollars + relaxed[tick + 1][place] + worth * (job.workHours() - work);
        return bound < highest * (1 - tolerance) - EPSILON;
    }

    private static List<Way> undominated(List<Way> ways) {
        if (ways.size() < 2) {
            return ways;
        }
        List<Way> sorted = new ArrayList<>(ways);
        sorted.sort(Comparator.comparingDouble(Way::work).reversed().thenComparingDouble(Way::dollars));
        List<Way> kept = new ArrayList<>();
        double least = Double.POSITIVE_INFINITY;
        for (Way way : sorted) {
            if (way.dollars() < least - EPSILON) {
                kept.add(way);
                least = way.dollars();
            }
        }
        return kept;
    }
}
