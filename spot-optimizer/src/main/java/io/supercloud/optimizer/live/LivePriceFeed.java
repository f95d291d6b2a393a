package io.supercloud.optimizer.live;

import io.supercloud.core.SiteId;
import io.supercloud.optimizer.InMemoryPriceFeed;
import io.supercloud.optimizer.Offer;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.PriceFeed;
import io.supercloud.optimizer.Quote;
import io.supercloud.optimizer.Rental;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The prices that clouds told so far, and when each was last confirmed. */
public final class LivePriceFeed implements PriceFeed {
    /** How old a price is that nobody confirmed: older than any policy believes. */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private final InMemoryPriceFeed spot = new InMemoryPriceFeed();
    private final InMemoryPriceFeed onDemand = new InMemoryPriceFeed();
    private final Map<Pool, Instant> confirmed = new ConcurrentHashMap<>();

    /** What a cloud said at {@code at}, which confirms the prices in it. */
    public void told(List<Listing> listings, Instant at) {
        for (Listing listing : listings) {
            InMemoryPriceFeed prices = listing.rental() == Rental.SPOT ? spot : onDemand;
            prices.tell(listing.pool(), listing.since(), listing.dollarsPerHour());
            if (listing.rental() == Rental.SPOT) {
                confirmed.merge(listing.pool(), at, (one, other) -> one.isAfter(other) ? one : other);
            }
        }
    }

    /** The pools with spot prices. */
    public NavigableSet<Pool> pools() {
        return new TreeSet<>(confirmed.keySet());
    }

    @Override
    public Optional<Quote> quote(Pool pool, Instant now) {
        return spot.quote(pool, now);
    }

    /** How long ago the spot price of {@code pool} was confirmed. */
    public Duration age(Pool pool, Instant now) {
        return Optional.ofNullable(confirmed.get(pool))
                .map(at -> Duration.between(at, now))
                .orElse(NEVER);
    }

    /** What the list price of {@code pool} is; empty where no cloud told it. */
    public Optional<Quote> listPrice(Pool pool, Instant now) {
        return onDemand.quote(pool, now);
    }

    /** The spot offer of {@code pool} for the planner, with its age; empty without a list price to judge it by. */
    public Optional<Offer> offer(SiteId site, Pool pool, Instant now) {
        return listPrice(pool, now)
                .map(list -> Offer.spot(site, pool, quote(pool, now), age(pool, now), list.dollarsPerHour()));
    }
}
