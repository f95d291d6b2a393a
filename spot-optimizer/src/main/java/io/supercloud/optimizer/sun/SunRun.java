package io.supercloud.optimizer.sun;

import io.supercloud.core.InvalidValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Replays demand hour by hour. The clients of an hour are expected to be as far from each site as those of a day before,
 * corrected by how the last hour differed from that of a day before; the correction fades with the hours ahead. Of an hour
 * nothing is known when the place for it is decided.
 */
public final class SunRun {
    private static final int DAY_HOURS = 24;
    private static final int LEARNED_HOURS = DAY_HOURS + 2;
    private static final double FADE_PER_HOUR = 0.8;
    /** How much of the correction's last change is expected to happen once more. */
    private static final double TREND = 0.5;

    /**
     * What a replay came to; the first hours, of which too little was known, are left out. Times are round-trip times in
     * milliseconds, the mean over all that was asked for.
     *
     * @param oursMillis following the sun
     * @param staticMillis at the best single site, with hindsight
     * @param clairvoyantMillis at the best site of each hour, with hindsight and without a limit of moves
     * @param moves of ours, in all
     * @param mostMovesInADay of ours, within a day; days are those of the curve, 24 hours each
     * @param days that were replayed
     */
    public record Account(
            double oursMillis,
            double staticMillis,
            double clairvoyantMillis,
            int moves,
            int mostMovesInADay,
            double days) {
        /** The share of what could be gained that was gained, 1 where nothing could be. */
        public double gain() {
            double possible = staticMillis - clairvoyantMillis;
            return possible <= 0 ? 1 : (staticMillis - oursMillis) / possible;
        }
    }

    private SunRun() {}

    /** @param movesPerDay most moves within a day */
    public static Account of(Demand demand, int movesPerDay) {
        List<Integer> places = places(demand, movesPerDay);
        double[] still = new double[demand.sites().size()];
        double ours = 0;
        double clairvoyant = 0;
        double asked = 0;
        int moves = 0;
        int today = 0;
        int most = 0;
        for (int i = 0; i < places.size(); i++) {
            int hour = LEARNED_HOURS + i;
            int moved = i == 0 || places.get(i).equals(places.get(i - 1)) ? 0 : 1;
            moves += moved;
            today = (hour % DAY_HOURS == 0 ? 0 : today) + moved;
            most = Math.max(most, today);
            double best = Double.POSITIVE_INFINITY;
            for (int site = 0; site < still.length; site++) {
                double millis = demand.weightedMillis(hour, site);
                still[site] += millis;
                best = Math.min(best, millis);
            }
            ours += demand.weightedMillis(hour, places.get(i));
            clairvoyant += best;
            asked += demand.amount(hour);
        }
        double leastStill = Arrays.stream(still).min().orElseThrow();
        return new Account(
                ours / asked, leastStill / asked, clairvoyant / asked, moves, most, places.size() / (double) DAY_HOURS);
    }

    /** Where the VM is in each hour after those that are only learned from. */
    static List<Integer> places(Demand demand, int movesPerDay) {
        if (demand.hours() <= LEARNED_HOURS) {
            throw new InvalidValueException("%d hours are too few: the first %d are only learned from"
                    .formatted(demand.hours(), LEARNED_HOURS));
        }
        List<Integer> places = new ArrayList<>();
        int today = 0;
        for (int hour = LEARNED_HOURS; hour < demand.hours(); hour++) {
            int midnight = DAY_HOURS - hour % DAY_HOURS;
            today = midnight == DAY_HOURS ? 0 : today;
            double[][] expected = expected(demand, hour, midnight + DAY_HOURS);
            if (places.isEmpty()) {
                // Where it begins is free: one move more, from anywhere.
                places.add(SunPlan.first(expected, 0, movesPerDay + 1, midnight, movesPerDay));
            } else {
                int here = places.getLast();
                places.add(SunPlan.first(expected, here, movesPerDay - today, midnight, movesPerDay));
                today += places.getLast() == here ? 0 : 1;
            }
        }
        return places;
    }

    private static double change(Demand demand, int hour, int site) {
        return demand.meanMillis(hour, site) - demand.meanMillis(hour - DAY_HOURS, site);
    }

    /** What so many hours from {@code hour} on should cost at each site, by what was before that hour. */
    private static double[][] expected(Demand demand, int hour, int hours) {
        double[][] costs = new double[hours][demand.sites().size()];
        double fade = 1;
        for (int ahead = 0; ahead < hours; ahead++) {
            int yesterday = hour + ahead % DAY_HOURS - DAY_HOURS;
            double amount = demand.amount(yesterday);
            for (int site = 0; site < costs[ahead].length; site++) {
                double last = change(demand, hour - 1, site);
                double before = change(demand, hour - 2, site);
                double change = last + TREND * (last - before);
                costs[ahead][site] = amount * (demand.meanMillis(yesterday, site) + fade * change);
            }
            fade *= FADE_PER_HOUR;
        }
        return costs;
    }
}
