package io.supercloud.optimizer;

import java.time.Instant;
import java.util.Optional;

/**
 * A market's prices.
 *
 * <p>Implementations answer from memory and do not block. They never tell a price that took effect after {@code now}; one
 * that replays a market tells nothing that its market has not reached, whatever {@code now} is asked.
 */
public interface PriceFeed {
    /** The price of {@code pool} in effect at {@code now}; empty where the feed knows none. */
    Optional<Quote> quote(Pool pool, Instant now);
}
