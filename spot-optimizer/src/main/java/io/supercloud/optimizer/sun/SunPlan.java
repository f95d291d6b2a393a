package io.supercloud.optimizer.sun;

import java.util.Arrays;

/** The best places for the coming hours with a limit of moves, by dynamic programming over (hour, place, moves). Pure. */
final class SunPlan {
    private SunPlan() {}

    /**
     * Where to be in the first hour.
     *
     * @param costs by hour, then by site: what being there costs
     * @param here the present site
     * @param moves how many may still be made today
     * @param midnight the first hour of tomorrow
     * @param movesPerDay how many may be made from then on
     */
    static int first(double[][] costs, int here, int moves, int midnight, int movesPerDay) {
        double[][] after = new double[Math.max(moves, movesPerDay) + 1][costs[0].length];
        for (int hour = costs.length - 1; hour > 0; hour--) {
            double[][] from = new double[after.length][];
            for (int left = 0; left < from.length; left++) {
                from[left] = hour(costs[hour], after, left);
            }
            if (hour == midnight) {
                Arrays.fill(from, from[movesPerDay]);
            }
            after = from;
        }
        if (moves == 0) {
            return here;
        }
        int target = best(costs[0], after[moves - 1]);
        double staying = costs[0][here] + after[moves][here];
        return costs[0][target] + after[moves - 1][target] < staying ? target : here;
    }

    /** By site at which an hour begins: the least that it and what follows cost, with so many moves left. */
    private static double[] hour(double[] costs, double[][] after, int left) {
        double elsewhere = Double.POSITIVE_INFINITY;
        if (left > 0) {
            int best = best(costs, after[left - 1]);
            elsewhere = costs[best] + after[left - 1][best];
        }
        double[] from = new double[costs.length];
        for (int site = 0; site < from.length; site++) {
            from[site] = Math.min(costs[site] + after[left][site], elsewhere);
        }
        return from;
    }

    private static int best(double[] now, double[] after) {
        int best = 0;
        for (int site = 1; site < now.length; site++) {
            best = now[site] + after[site] < now[best] + after[best] ? site : best;
        }
        return best;
    }
}
