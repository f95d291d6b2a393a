package io.supercloud.optimizer.chase;

import java.util.ArrayList;
import java.util.List;

/**
 * A dynamic programme over slots of time, after "Smart Spot Instances for the Supercloud" (CrossCloud 2016), whose text
 * gives no details: a Markov chain of price levels is learned for each place, the expected prices of the next slots follow
 * from it, and backward induction over (slot, place) finds the cheapest way through them. Planned anew at each slot.
 */
public final class SmartSpotChaser implements Chaser {
    private static final long SLOT_MILLIS = 15 * 60_000;
    private static final int SLOTS = 48;
    private static final int LEVELS = 8;
    /** Each level begins at so many times the one below it. */
    private static final double STEP = 1.5;

    private final List<Chain> chains = new ArrayList<>();
    private Terms terms;
    private Board board;
    private long slot = Long.MIN_VALUE;
    private long planned = Long.MIN_VALUE;
    private double[][] expected = new double[0][];

    /** Counts of how a place's price level changed from slot to slot, and the mean price of each level. */
    private static final class Chain {
        private final double[][] counts = new double[LEVELS][LEVELS];
        private final double[] sums = new double[LEVELS];
        private final double[] seen = new double[LEVELS];
        private double lowest = 0;
        private int last = -1;

        int level(double price) {
            lowest = lowest == 0 ? price : lowest;
            int level = (int) Math.floor(Math.log(price / lowest) / Math.log(STEP)) + 2;
            return Math.clamp(level, 0, LEVELS - 1);
        }

        void add(double price, long slots) {
            int level = level(price);
            if (last >= 0) {
                counts[last][level]++;
            }
            counts[level][level] += slots - 1;
            sums[level] += price * slots;
            seen[level] += slots;
            last = level;
        }

        /** Expected prices now and in the next slots. */
        double[] expected(double price) {
            double[] share = new double[LEVELS];
            int level = level(price);
            share[level] = 1;
            double[] prices = new double[SLOTS];
            for (int slot = 0; slot < SLOTS; slot++) {
                double[] next = new double[LEVELS];
                for (int from = 0; from < LEVELS; from++) {
                    double mean = from == level || seen[from] == 0 ? price : sums[from] / seen[from];
                    prices[slot] += share[from] * mean;
                    double total = 0;
                    for (double count : counts[from]) {
                        total += count;
                    }
                    for (int to = 0; to < LEVELS; to++) {
                        double chance = total == 0 ? (from == to ? 1 : 0) : counts[from][to] / total;
                        next[to] += share[from] * chance;
                    }
                }
                share = next;
            }
            return prices;
        }
    }

    @Override
    public String name() {
        return "smart spot";
    }

    @Override
    public void begin(Terms newTerms) {
        terms = newTerms;
        board = new Board(newTerms);
        for (int place = 0; place < newTerms.places(); place++) {
            chains.add(new Chain());
        }
    }

    @Override
    public void changed(long millis, int place, double dollarsPerHour) {
        long now = millis / SLOT_MILLIS;
        if (slot != Long.MIN_VALUE && now > slot) {
            for (int each = 0; each < chains.size(); each++) {
                chains.get(each).add(board.price(each), now - slot);
            }
        }
        slot = Math.max(slot, now);
        board.changed(place, dollarsPerHour);
    }

    @Override
    public int choose(long millis, int here, boolean leaving) {
        if (here == NOWHERE || leaving) {
            int cheapest = board.cheapestBut(here);
            return cheapest == NOWHERE ? here : cheapest;
        }
        if (planned == slot) {
            return here;
        }
        planned = slot;
        expected = new double[chains.size()][];
        for (int place = 0; place < expected.length; place++) {
            expected[place] = chains.get(place).expected(board.price(place));
        }
        return firstStep(here);
    }

    private int firstStep(int here) {
        double hours = SLOT_MILLIS / PriceSeries.MILLIS_PER_HOUR;
        double moving = terms.changeoverMillis() / PriceSeries.MILLIS_PER_HOUR;
        double[] after = new double[expected.length];
        int first = here;
        for (int slotAhead = SLOTS - 1; slotAhead >= 0; slotAhead--) {
            double[] best = new double[expected.length];
            for (int place = 0; place < best.length; place++) {
                best[place] = expected[place][slotAhead] * hours + after[place];
                int choice = place;
                for (int target = 0; target < best.length; target++) {
                    double moved = target == place || !board.usable(target)
                            ? Double.POSITIVE_INFINITY
                            : expected[target][slotAhead] * hours
                                    + expected[place][slotAhead] * moving
                                    + terms.egressDollars(place, target)
                                    + after[target];
                    if (moved < best[place]) {
                        best[place] = moved;
                        choice = target;
                    }
                }
                first = slotAhead == 0 && place == here ? choice : first;
            }
            after = best;
        }
        return first;
    }
}
