package io.supercloud.optimizer;

import static io.supercloud.optimizer.Market.A;
import static io.supercloud.optimizer.Market.B;
import static io.supercloud.optimizer.Market.hour;
import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.SiteId;
import io.supercloud.optimizer.live.Listing;
import io.supercloud.optimizer.live.LivePriceFeed;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivePriceFeedTest extends PriceFeedContract {
    private static final SiteId SITE = new SiteId("a");

    @Override
    LivePriceFeed feed() {
        LivePriceFeed feed = new LivePriceFeed();
        feed.told(
                List.of(
                        new Listing(A, Rental.SPOT, 3, hour(20)),
                        new Listing(A, Rental.SPOT, 1, hour(1)),
                        new Listing(A, Rental.SPOT, 2, hour(2)),
                        new Listing(A, Rental.ON_DEMAND, 5, hour(0)),
                        new Listing(B, Rental.ON_DEMAND, 6, hour(0))),
                hour(10));
        return feed;
    }

    @Test
    void aPriceThatIsNotConfirmedAgainIsBelievedForItsTimeOnly() {
        LivePriceFeed feed = feed();
        Duration staleAfter = Duration.ofHours(1);
        assertThat(feed.offer(SITE, A, hour(10.9)).orElseThrow().distrust(staleAfter))
                .isEmpty();
        assertThat(feed.offer(SITE, A, hour(11.1)).orElseThrow().distrust(staleAfter))
                .contains("the price is stale: last confirmed 3960 s ago");
        feed.told(List.of(new Listing(A, Rental.SPOT, 2, hour(2))), hour(11));
        assertThat(feed.offer(SITE, A, hour(11.1)).orElseThrow().distrust(staleAfter))
                .isEmpty();
    }

    @Test
    void anOlderDocumentThatComesLateMakesNothingYoungerOrOlder() {
        LivePriceFeed feed = feed();
        feed.told(List.of(new Listing(A, Rental.SPOT, 1, hour(1))), hour(3));
        assertThat(feed.age(A, hour(11))).isEqualTo(Duration.ofHours(1));
        assertThat(feed.quote(A, hour(11))).contains(new Quote(2, hour(2)));
    }

    @Test
    void aPoolWithoutASpotPriceOrAListPriceIsNoOffer() {
        assertThat(feed().offer(SITE, B, hour(10)).orElseThrow().quote()).isEmpty();
        assertThat(feed().offer(SITE, Market.C, hour(10))).isEmpty();
    }
}
