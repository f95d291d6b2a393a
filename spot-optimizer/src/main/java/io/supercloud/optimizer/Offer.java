package io.supercloud.optimizer;

import io.supercloud.core.SiteId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What can be rented at a site.
 *
 * @param quote the spot price, where the market tells one; not looked at for on-demand
 * @param age how long ago the market last confirmed the price
 * @param onDemandDollarsPerHour the list price: what on-demand costs, and what a spot price is judged by
 * @param p95Millis latency to client groups at the 95th percentile, there and back, as far as it is known
 * @param priceLasts how long a difference of price between where the VM is and here is expected to last, by what the
 *     market taught so far; empty where it taught nothing yet
 * @param hinted whether its cloud says that it is likely to take instances of the kind away soon (EC2's rebalance
 *     recommendation)
 */
public record Offer(
        SiteId site,
        Pool pool,
        Rental rental,
        Optional<Quote> quote,
        Duration age,
        double onDemandDollarsPerHour,
        Map<String, Double> p95Millis,
        Optional<Duration> priceLasts,
        boolean hinted) {
    /** A spot price above this many times the list price is taken for a mistake. */
    public static final double MAX_TIMES_ON_DEMAND = 10;

    public Offer {
        p95Millis = Map.copyOf(p95Millis);
    }

    /** A spot instance, with nothing known but its price. */
    public static Offer spot(
            SiteId site, Pool pool, Optional<Quote> quote, Duration age, double onDemandDollarsPerHour) {
        return new Offer(
                site, pool, Rental.SPOT, quote, age, onDemandDollarsPerHour, Map.of(), Optional.empty(), false);
    }

    /** An instance at the list price. */
    public static Offer onDemand(SiteId site, Pool pool, double dollarsPerHour) {
        return new Offer(
                site,
                pool,
                Rental.ON_DEMAND,
                Optional.empty(),
                Duration.ZERO,
                dollarsPerHour,
                Map.of(),
                Optional.empty(),
                false);
    }

    /** The same with measured latencies. */
    public Offer withLatency(Map<String, Double> millis) {
        return new Offer(site, pool, rental, quote, age, onDemandDollarsPerHour, millis, priceLasts, hinted);
    }

    /** The same with what the market taught of how long its prices last. */
    public Offer lasting(Optional<Duration> lasts) {
        return new Offer(site, pool, rental, quote, age, onDemandDollarsPerHour, p95Millis, lasts, hinted);
    }

    /** The same, with what its cloud says of how likely it is to take instances there away. */
    public Offer hinted(boolean likely) {
        return new Offer(site, pool, rental, quote, age, onDemandDollarsPerHour, p95Millis, priceLasts, likely);
    }

    /** What it costs; empty where the market tells no price. Nothing is promised about the number. */
    public Optional<Double> dollarsPerHour() {
        return switch (rental) {
            case SPOT -> quote.map(Quote::dollarsPerHour);
            case ON_DEMAND -> Optional.of(onDemandDollarsPerHour);
        };
    }

    /** Why the price is not to be believed, in words; empty where it is. */
    public Optional<String> distrust(Duration staleAfter) {
        if (dollarsPerHour().isEmpty()) {
            return Optional.of("the market tells no price");
        }
        double price = dollarsPerHour().get();
        if (!(price > 0) || Double.isInfinite(price)) {
            return Optional.of("the price %s is not a price".formatted(price));
        }
        if (!(price <= MAX_TIMES_ON_DEMAND * onDemandDollarsPerHour)) {
            return Optional.of("the price %s is more than %.0f times the list price %s"
                    .formatted(price, MAX_TIMES_ON_DEMAND, onDemandDollarsPerHour));
        }
        if (age.isNegative() || age.compareTo(staleAfter) > 0) {
            return Optional.of("the price is stale: last confirmed %d s ago".formatted(age.toSeconds()));
        }
        return Optional.empty();
    }

    String canonicalText() {
        return "offer %s %s %s %s age=%s list=%s p95=%s lasts=%s hinted=%s"
                .formatted(
                        site,
                        pool,
                        rental,
                        quote.map(each -> each.dollarsPerHour() + "@" + each.since())
                                .orElse("none"),
                        age,
                        onDemandDollarsPerHour,
                        new TreeMap<>(p95Millis),
                        priceLasts,
                        hinted);
    }
}
