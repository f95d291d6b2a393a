package io.supercloud.optimizer;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The market of a trace as {@code market} replays it: knows only what had happened by then, and nothing after the trace's
 * end, where its prices are out of date.
 */
public final class RecordedPriceFeed implements PriceFeed {
    private final PriceTrace trace;
    private final InstantSource market;

    /** @param market the present of the replay, for example a {@link ReplayClock} */
    public RecordedPriceFeed(PriceTrace trace, InstantSource market) {
        this.trace = trace;
        this.market = market;
    }

    @Override
    public Optional<Quote> quote(Pool pool, Instant now) {
        Instant present = market.instant();
        Instant known = now.isBefore(present) ? now : present;
        if (known.isAfter(trace.end())) {
            return Optional.empty();
        }
        return trace.at(pool, known).map(change -> new Quote(change.dollarsPerHour(), change.at()));
    }
}
