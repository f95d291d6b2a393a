package io.supercloud.optimizer.chase;

import java.util.Arrays;

/**
 * What one who stays at a spot place pays over time, and when he is not there because his bid was exceeded: after the
 * notice, until the price is back at the bid. Where it is back before the notice's end, he never leaves. Pure.
 */
final class Occupancy {
    private final long[] at;
    private final double[] rent;
    private final double[] absent;
    private int length = 0;

    Occupancy(PriceSeries prices, double bid, long noticeMillis) {
        at = new long[2 * prices.size()];
        rent = new double[at.length];
        absent = new double[at.length];
        boolean exceeded = false;
        for (int i = 0; i < prices.size(); i++) {
            long begin = prices.changeMillis(i);
            if (prices.changePrice(i) <= bid) {
                add(begin, prices.changePrice(i), 0);
                exceeded = false;
            } else if (!exceeded) {
                exceeded = true;
                add(begin, bid, 0);
                add(begin + noticeMillis, 0, 1);
            }
        }
    }

    /** A later entry that is earlier in time, as when a price is back during the notice, replaces those after it. */
    private void add(long millis, double price, double away) {
        while (length > 0 && at[length - 1] >= millis) {
            length--;
        }
        at[length] = millis;
        rent[length] = price;
        absent[length++] = away;
    }

    PriceSeries rent() {
        return PriceSeries.of(Arrays.copyOf(at, length), Arrays.copyOf(rent, length));
    }

    PriceSeries absence() {
        return PriceSeries.of(Arrays.copyOf(at, length), Arrays.copyOf(absent, length));
    }
}
