package io.supercloud.optimizer.chase;

/** The prices of now. */
final class Board {
    private final Chaser.Terms terms;
    private final double[] prices;

    Board(Chaser.Terms terms) {
        this.terms = terms;
        this.prices = new double[terms.places()];
    }

    void changed(int place, double dollarsPerHour) {
        prices[place] = dollarsPerHour;
    }

    double price(int place) {
        return prices[place];
    }

    boolean usable(int place) {
        return prices[place] <= terms.bidDollarsPerHour(place);
    }

    /** The cheapest usable place other than {@code except}; {@link Chaser#NOWHERE} where there is none. */
    int cheapestBut(int except) {
        int best = Chaser.NOWHERE;
        for (int place = 0; place < prices.length; place++) {
            if (place != except && usable(place) && (best == Chaser.NOWHERE || prices[place] < prices[best])) {
                best = place;
            }
        }
        return best;
    }

    /** What it is expected to save to be at a target instead of a source, in dollars. */
    interface Saving {
        double dollars(int source, int target);
    }

    /** The usable place where {@code saving} exceeds the cost of moving by most; {@code here} where there is none. */
    int bestGain(int here, Saving saving) {
        int best = here;
        double most = 0;
        for (int target = 0; target < prices.length; target++) {
            if (target != here && usable(target)) {
                double gain = saving.dollars(here, target) - moveDollars(here, target);
                if (gain > most) {
                    most = gain;
                    best = target;
                }
            }
        }
        return best;
    }

    /** What a move costs beyond the rent of the place that is left: egress, and the target's rent meanwhile. */
    double moveDollars(int source, int target) {
        return terms.egressDollars(source, target)
                + prices[target] * terms.changeoverMillis() / PriceSeries.MILLIS_PER_HOUR;
    }
}
