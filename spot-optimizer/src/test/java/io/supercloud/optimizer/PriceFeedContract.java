package io.supercloud.optimizer;

import static io.supercloud.optimizer.Market.A;
import static io.supercloud.optimizer.Market.B;
import static io.supercloud.optimizer.Market.hour;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What every feed does. */
abstract class PriceFeedContract {
    /** A feed whose market has reached hour 10, and in which A costs 1 from hour 1, 2 from hour 2 and 3 from hour 20. */
    abstract PriceFeed feed();

    @Test
    void aPriceHoldsUntilTheNextChange() {
        assertThat(feed().quote(A, hour(1))).contains(new Quote(1, hour(1)));
        assertThat(feed().quote(A, hour(1.999))).contains(new Quote(1, hour(1)));
        assertThat(feed().quote(A, hour(2))).contains(new Quote(2, hour(2)));
        assertThat(feed().quote(A, hour(9))).contains(new Quote(2, hour(2)));
    }

    @Test
    void thereIsNoPriceBeforeTheFirst() {
        assertThat(feed().quote(A, hour(0.999))).isEmpty();
    }

    @Test
    void anUnknownPoolHasNoPrice() {
        assertThat(feed().quote(B, hour(5))).isEmpty();
    }
}
