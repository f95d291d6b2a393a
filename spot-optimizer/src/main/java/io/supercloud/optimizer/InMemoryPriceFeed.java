package io.supercloud.optimizer;

import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Prices as they are told. */
public final class InMemoryPriceFeed implements PriceFeed {
    private final Map<Pool, NavigableMap<Instant, Double>> prices = new ConcurrentHashMap<>();

    /** From {@code at} on {@code pool} costs {@code dollarsPerHour}. */
    public void tell(Pool pool, Instant at, double dollarsPerHour) {
        prices.computeIfAbsent(pool, _ -> new ConcurrentSkipListMap<>()).put(at, dollarsPerHour);
    }

    @Override
    public Optional<Quote> quote(Pool pool, Instant now) {
        return Optional.ofNullable(prices.get(pool))
                .map(changes -> changes.floorEntry(now))
                .map(change -> new Quote(change.getValue(), change.getKey()));
    }
}
