package io.supercloud.optimizer;

import static io.supercloud.optimizer.Market.A;
import static io.supercloud.optimizer.Market.NOON;
import static io.supercloud.optimizer.Market.hour;
import static io.supercloud.optimizer.Market.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.InvalidValueException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RecordedPriceFeedTest extends PriceFeedContract {
    private static final PriceTrace TRACE = Market.trace(row(A, 1, 1), row(A, 2, 2), row(A, 20, 3));

    @Override
    PriceFeed feed() {
        return new RecordedPriceFeed(TRACE, InstantSource.fixed(hour(10)));
    }

    @Test
    void theFutureOfTheReplayIsNotTold() {
        assertThat(feed().quote(A, hour(30))).contains(new Quote(2, hour(2)));
    }

    @Test
    void afterTheEndOfTheTraceThereAreNoPrices() {
        RecordedPriceFeed feed = new RecordedPriceFeed(TRACE, InstantSource.fixed(hour(21)));
        assertThat(feed.quote(A, hour(21))).isEmpty();
        assertThat(feed.quote(A, hour(20))).contains(new Quote(3, hour(20)));
    }

    @Test
    void aReplayPassesAtItsSpeedFromItsBegin() {
        AtomicReference<Instant> real = new AtomicReference<>(NOON);
        ReplayClock clock = new ReplayClock(real::get, hour(-1000), 600);
        assertThat(clock.instant()).isEqualTo(hour(-1000));
        real.set(NOON.plusSeconds(6));
        assertThat(clock.instant()).isEqualTo(hour(-999));
        real.set(NOON.minusSeconds(6));
        assertThat(clock.instant()).isEqualTo(hour(-1000));
        assertThatThrownBy(() -> new ReplayClock(real::get, NOON, Double.NaN))
                .isInstanceOf(InvalidValueException.class);
    }
}
