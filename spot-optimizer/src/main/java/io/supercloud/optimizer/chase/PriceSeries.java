package io.supercloud.optimizer.chase;

import io.supercloud.core.InvalidValueException;
import io.supercloud.optimizer.PriceChange;
import java.util.Arrays;
import java.util.List;

/** A price per hour over time: constant between changes; before the first change, the first price. */
public final class PriceSeries {
    static final double MILLIS_PER_HOUR = 3_600_000;

    private final long[] atMillis;
    private final double[] perHour;
    /** Dollars from the first change to each change. */
    private final double[] paid;

    private PriceSeries(long[] atMillis, double[] perHour) {
        this.atMillis = atMillis;
        this.perHour = perHour;
        this.paid = new double[perHour.length];
        for (int i = 1; i < paid.length; i++) {
            paid[i] = paid[i - 1] + perHour[i - 1] * (atMillis[i] - atMillis[i - 1]) / MILLIS_PER_HOUR;
        }
    }

    /** @param changes in time order, at least one; of two at one time the later counts */
    public static PriceSeries of(List<PriceChange> changes) {
        if (changes.isEmpty()) {
            throw new InvalidValueException("a series of prices has at least one price");
        }
        long[] at = new long[changes.size()];
        double[] price = new double[changes.size()];
        int length = 0;
        for (PriceChange change : changes) {
            long millis = change.at().toEpochMilli();
            length = length > 0 && at[length - 1] == millis ? length - 1 : length;
            at[length] = millis;
            price[length++] = change.dollarsPerHour();
        }
        return new PriceSeries(Arrays.copyOf(at, length), Arrays.copyOf(price, length));
    }

    /** One price for ever. */
    public static PriceSeries constant(double dollarsPerHour) {
        return new PriceSeries(new long[] {0}, new double[] {dollarsPerHour});
    }

    /** From parallel arrays, which are not copied. */
    static PriceSeries of(long[] atMillis, double[] perHour) {
        return new PriceSeries(atMillis, perHour);
    }

    public int size() {
        return atMillis.length;
    }

    long changeMillis(int index) {
        return atMillis[index];
    }

    double changePrice(int index) {
        return perHour[index];
    }

    /** When the first price took effect. */
    public long beginMillis() {
        return atMillis[0];
    }

    /** When the last price took effect. */
    public long endMillis() {
        return atMillis[atMillis.length - 1];
    }

    /** How many changes took effect at or before {@code millis}. */
    int known(long millis) {
        int found = Arrays.binarySearch(atMillis, millis);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** Dollars per hour at {@code millis}. */
    public double at(long millis) {
        return perHour[Math.max(0, known(millis) - 1)];
    }

    /** Dollars for the time from {@code fromMillis} to {@code toMillis}. */
    public double dollars(long fromMillis, long toMillis) {
        return until(toMillis) - until(fromMillis);
    }

    private double until(long millis) {
        int last = Math.max(0, known(millis) - 1);
        return paid[last] + perHour[last] * (millis - atMillis[last]) / MILLIS_PER_HOUR;
    }
}
