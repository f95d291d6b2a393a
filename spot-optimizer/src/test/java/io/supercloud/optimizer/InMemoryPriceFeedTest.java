package io.supercloud.optimizer;

import static io.supercloud.optimizer.Market.A;
import static io.supercloud.optimizer.Market.hour;

class InMemoryPriceFeedTest extends PriceFeedContract {
    @Override
    PriceFeed feed() {
        InMemoryPriceFeed feed = new InMemoryPriceFeed();
        feed.tell(A, hour(20), 3);
        feed.tell(A, hour(1), 1);
        feed.tell(A, hour(2), 2);
        return feed;
    }
}
