package io.supercloud.optimizer;

import io.supercloud.core.SiteId;
import java.time.Duration;
import java.util.Optional;

/**
 * What can be rented at a site.
 *
 * @param spot the spot price, where the market tells one
 * @param age how long ago the market last confirmed the price
 * @param onDemandDollarsPerHour the list price, against which a spot price is judged
 */
public record Offer(SiteId site, Pool pool, Optional<Quote> spot, Duration age, double onDemandDollarsPerHour) {
    /** A spot price above this many times the list price is taken for a mistake. */
    static final double MAX_TIMES_ON_DEMAND = 10;

    /** Why the spot price is not to be believed, in words; empty where it is. */
    Optional<String> distrust(Duration staleAfter) {
        if (spot.isEmpty()) {
            return Optional.of("the market tells no price");
        }
        double price = spot.get().dollarsPerHour();
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
        return "offer %s %s %s age=%s list=%s"
                .formatted(
                        site,
                        pool,
                        spot.map(quote -> quote.dollarsPerHour() + "@" + quote.since())
                                .orElse("none"),
                        age,
                        onDemandDollarsPerHour);
    }
}
