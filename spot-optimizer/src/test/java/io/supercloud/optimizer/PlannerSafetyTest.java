package io.supercloud.optimizer;

import static io.supercloud.optimizer.Market.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.optimizer.chase.PriceTeacher;
import io.supercloud.optimizer.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no market, however it behaves, makes the built-in policy do. */
class PlannerSafetyTest {
    private static final int SITES = 5;
    private static final Duration STEP = Duration.ofMinutes(2);
    private static final int STEPS = 3 * 24 * 30;
    private static final double[] LIES = {
        0, -0.0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e9, 10.5
    };

    private final List<Pool> pools = new ArrayList<>();
    private final List<Instant> moves = new ArrayList<>();
    private int here = 0;
    private Instant since = NOON;

    PlannerSafetyTest() {
        for (int site = 0; site < SITES; site++) {
            pools.add(Market.pool("s" + site));
        }
    }

    /** Lets a VM follow a market for some days; {@code asked} is told where it is, and gives the price of each site. */
    private void follow(Prices asked) {
        PriceTeacher teacher = new PriceTeacher(pools, Duration.ofSeconds(30), 0.01);
        for (int step = 0; step < STEPS; step++) {
            Instant now = NOON.plus(STEP.multipliedBy(step));
            List<Offer> offers = new ArrayList<>();
            for (int site = 0; site < SITES; site++) {
                double price = asked.price(site, here);
                if (price > 0 && price < 10) {
                    teacher.changed(now, pools.get(site), price);
                }
                offers.add(Offer.spot(
                                new SiteId("s" + site),
                                pools.get(site),
                                Optional.of(new Quote(price, now)),
                                Duration.ZERO,
                                1.0)
                        .lasting(teacher.lasts(now, pools.get(here), pools.get(site))));
            }
            VmSituation vm = VmSituation.onSpot(
                    new VmId("web"), new SiteId("s" + here), since, moves, 1L << 30, Duration.ofSeconds(30));
            Decision decision = Planner.decide(new Snapshot(now, vm, offers, Slice.ALONE), Policy.standard());
            if (decision instanceof Decision.Move move) {
                here = Integer.parseInt(move.target().value().substring(1));
                since = now;
                moves.add(now);
            }
        }
    }

    private interface Prices {
        double price(int site, int here);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void pricesThatAreNoiseMoveNobodyAfterTheFirstDay(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        follow((site, at) -> 0.3 * (1 + 0.04 * (2 * random.nextDouble() - 1)));
        assertThat(moves)
                .filteredOn(move -> move.isAfter(NOON.plus(Duration.ofDays(1))))
                .isEmpty();
    }

    /** The place where the VM is costs the most, always: whoever looks at prices alone never rests. */
    @ParameterizedTest
    @ValueSource(doubles = {0.06, 0.5, 5})
    void aMarketThatTurnsAgainstWhereverTheVmIsMovesItNoOftenerThanThePolicyPermits(double dearer) {
        follow((site, at) -> site == at ? 0.3 * (1 + dearer) : 0.3);
        Policy.Pace pace = Policy.standard().pace();
        for (int i = 1; i < moves.size(); i++) {
            assertThat(Duration.between(moves.get(i - 1), moves.get(i))).isGreaterThanOrEqualTo(pace.minimumStay());
        }
        for (Instant move : moves) {
            assertThat(moves)
                    .filteredOn(other -> !other.isAfter(move) && other.isAfter(move.minus(Duration.ofDays(1))))
                    .hasSizeLessThanOrEqualTo(pace.movesPerDay());
        }
    }

    /** Whatever the others say that is no price: the VM stays, whether its own price is told or is a lie too. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aFeedThatLiesNeverMovesAnybody(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        follow((site, at) ->
                site == at && random.nextBoolean() ? 0.3 + random.nextDouble() : LIES[random.nextInt(LIES.length)]);
        assertThat(moves).isEmpty();
    }
}
