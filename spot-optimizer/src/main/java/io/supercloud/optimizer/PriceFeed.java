package io.supercloud.optimizer;

import java.time.Instant;
import java.util.Optional;

/**
 * A market's prices.
 *
 * <p>Implementations answer from memory and do not block. They never tell a price that took effect after {@code now}, or
 * that the market has not published yet, whatever {@code now} is asked.
 */
public interface PriceFeed {
    /** The price of {@code pool} in effect at {@code now}; empty where the feed knows none. */
    Optional<Quote> quote(Pool pool, Instant now);
}
