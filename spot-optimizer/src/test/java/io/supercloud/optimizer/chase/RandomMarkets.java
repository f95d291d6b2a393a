package io.supercloud.optimizer.chase;

import io.supercloud.optimizer.PriceChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/** Small markets for tests. */
final class RandomMarkets {
    static final long HOUR = 3_600_000;

    private RandomMarkets() {}

    static PriceSeries series(double... hoursAndPrices) {
        List<PriceChange> changes = new ArrayList<>();
        for (int i = 0; i < hoursAndPrices.length; i += 2) {
            changes.add(
                    new PriceChange(Instant.ofEpochMilli(Math.round(hoursAndPrices[i] * HOUR)), hoursAndPrices[i + 1]));
        }
        return PriceSeries.of(changes);
    }

    static ChaseRules rules(Duration changeover, double bid) {
        return new ChaseRules(changeover, bid, Duration.ofMinutes(2));
    }

    static ChaseMarket market(ChaseRules rules, double egress, PriceSeries... prices) {
        double[][] dollars = new double[prices.length][prices.length];
        List<ChaseMarket.Place> places = new ArrayList<>();
        for (int source = 0; source < prices.length; source++) {
            places.add(new ChaseMarket.Place("place " + source, prices[source], OptionalDouble.of(1)));
            for (int target = 0; target < prices.length; target++) {
                dollars[source][target] = source == target ? 0 : egress;
            }
        }
        return new ChaseMarket("test", places, rules, dollars);
    }

    /** Prices from 0.1 to 3 that change about once an hour for so many hours, with the same past up to a time. */
    static PriceSeries random(long seed, long futureSeed, double futureFrom, double hours) {
        SplittableRandom random = new SplittableRandom(seed);
        SplittableRandom future = new SplittableRandom(futureSeed);
        List<Double> values = new ArrayList<>();
        for (double hour = 0; hour < hours; ) {
            SplittableRandom source = hour < futureFrom ? random : future;
            values.add(hour);
            values.add(source.nextInt(10) == 0 ? 3 * source.nextDouble() + 0.1 : 0.1 + 0.2 * source.nextDouble());
            double next = hour + 0.05 + 2 * source.nextDouble();
            hour = hour < futureFrom && next >= futureFrom ? futureFrom : next;
        }
        return series(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
