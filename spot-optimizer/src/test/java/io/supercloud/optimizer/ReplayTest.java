package io.supercloud.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.optimizer.CostMeter.Charge;
import io.supercloud.optimizer.CostMeter.Report;
import io.supercloud.optimizer.CostMeter.Residence;
import io.supercloud.optimizer.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The parts together: the built-in policy on the shipped market, with moves of two minutes. */
class ReplayTest {
    private static final Duration STEP = Duration.ofMinutes(5);
    private static final Duration MOVE = Duration.ofMinutes(2);
    private static final double LIST_PRICE = 2.4;

    private final PriceTrace trace = PriceTrace.shipped();
    private final TraceMapping sites =
            TraceMapping.choose(List.of(new SiteId("east"), new SiteId("west"), new SiteId("north")), Map.of(), trace);
    private final List<Residence> residences = new ArrayList<>();
    private final List<Charge> charges = new ArrayList<>();
    private final List<Instant> moves = new ArrayList<>();
    private SiteId place = new SiteId("east");
    private Instant since = sites.begin();

    @Test
    void thePlannerBeatsStayingPutAndTheListPriceOnTheShippedMarket() {
        Instant end = trace.end();
        for (Instant now = sites.begin(); now.isBefore(end); now = now.plus(STEP)) {
            if (decide(now) instanceof Decision.Move move) {
                residences.add(new Residence(sites.pools().get(place), since, now.plus(MOVE)));
                charges.add(new Charge(now, move.account().moveCost().egressDollars()));
                moves.add(now);
                place = move.target();
                since = now;
            }
        }
        residences.add(new Residence(sites.pools().get(place), since, end));
        Report report = CostMeter.measure(trace, residences, charges, LIST_PRICE);
        assertThat(moves).hasSizeGreaterThan(8);
        assertThat(report.spentDollars()).isLessThan(0.6 * report.stayPutDollars());
        assertThat(report.spentDollars()).isLessThan(0.5 * report.onDemandDollars());
    }

    private Decision decide(Instant now) {
        PriceFeed feed = new RecordedPriceFeed(trace, InstantSource.fixed(now));
        List<Offer> offers = new ArrayList<>();
        sites.pools()
                .forEach((site, pool) ->
                        offers.add(Offer.spot(site, pool, feed.quote(pool, now), Duration.ZERO, LIST_PRICE)));
        VmSituation vm = VmSituation.onSpot(new VmId("web"), place, since, moves, 256L << 20, MOVE);
        return Planner.decide(new Snapshot(now, vm, offers, Slice.ALONE), Policy.standard());
    }

    @Test
    void theListPriceOfTheShippedMarketIsKnown() {
        assertThat(Optional.of(trace.pools().first()).map(trace::onDemandDollarsPerHour))
                .hasValueSatisfying(price -> assertThat(price).hasValue(LIST_PRICE));
    }
}
