package io.supercloud.app.config;

import io.supercloud.optimizer.live.PriceSource;
import java.time.Duration;
import java.util.List;

/**
 * A market that runs, and what its prices may do.
 *
 * @param every how often the feeds are read
 * @param staleAfter a price that was confirmed longer ago is not told to the planner at all
 */
public record MarketConfig(Act act, Duration every, Duration staleAfter, List<PriceSource> feeds) {
    public MarketConfig {
        feeds = List.copyOf(feeds);
    }

    /** What is done with decisions. */
    public enum Act {
        /** They are recorded. */
        ADVISE,
        /** They are recorded and carried out. */
        MOVE
    }
}
