package io.supercloud.optimizer.chase;

import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.optimizer.Decision;
import io.supercloud.optimizer.Offer;
import io.supercloud.optimizer.Planner;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.Quote;
import io.supercloud.optimizer.Slice;
import io.supercloud.optimizer.Snapshot;
import io.supercloud.optimizer.VmSituation;
import io.supercloud.optimizer.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Lets the {@link Planner} chase prices by a user's policy, exactly as it decides for a VM that runs. */
final class PolicyChaser implements Chaser {
    private static final VmId VM = new VmId("rehearsed");
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Policy policy;
    private final List<Pool> pools;
    private final List<OptionalDouble> listPrices;
    private final long moveBytes;
    private final List<Instant> recentMoves = new ArrayList<>();
    private final RehearsingChaser teacher = new RehearsingChaser();
    private Terms terms;
    private Quote[] quotes = {};
    private double[] dearest = {};
    private int last = NOWHERE;
    private Instant since = Instant.EPOCH;
    private long askAgainMillis = NEVER;

    PolicyChaser(Policy policy, List<Pool> pools, List<OptionalDouble> listPrices, long moveBytes) {
        this.policy = policy;
        this.pools = pools;
        this.listPrices = listPrices;
        this.moveBytes = moveBytes;
    }

    /** What a policy's list of sites calls a pool: its zone, or its region where the cloud has one price per region. */
    static SiteId site(Pool pool) {
        return new SiteId(pool.zone().isEmpty() ? pool.region() : pool.zone());
    }

    /** Whether a VM may be at {@code pool} at all. */
    static boolean permits(Policy policy, Pool pool) {
        return policy.places()
                .objection(site(pool), pool.cloud(), pool.region())
                .isEmpty();
    }

    @Override
    public String name() {
        return "policy " + policy.name();
    }

    @Override
    public void begin(Terms newTerms) {
        terms = newTerms;
        teacher.begin(newTerms);
        quotes = new Quote[newTerms.places()];
        dearest = new double[newTerms.places()];
    }

    @Override
    public void changed(long millis, int place, double dollarsPerHour) {
        teacher.changed(millis, place, dollarsPerHour);
        quotes[place] = new Quote(dollarsPerHour, Instant.ofEpochMilli(millis));
        dearest[place] = Math.max(dearest[place], dollarsPerHour);
    }

    @Override
    public int choose(long millis, int here, boolean leaving) {
        askAgainMillis = NEVER;
        if (here == NOWHERE || leaving) {
            return cheapestPermitted(here);
        }
        Instant now = Instant.ofEpochMilli(millis);
        if (here != last) {
            if (last != NOWHERE) {
                recentMoves.add(now);
            }
            last = here;
            since = now;
        }
        recentMoves.removeIf(move -> move.isBefore(now.minus(Duration.ofDays(1))));
        List<Offer> offers = new ArrayList<>();
        for (int place = 0; place < quotes.length; place++) {
            Optional<Quote> quote = usable(place) ? Optional.of(quotes[place]) : Optional.empty();
            double list = listPrices.get(place).orElse(dearest[place]);
            offers.add(Offer.spot(site(pools.get(place)), pools.get(place), quote, Duration.ZERO, list)
                    .lasting(Optional.of(term(millis, here, place))));
        }
        VmSituation situation = VmSituation.onSpot(
                VM, site(pools.get(here)), since, recentMoves, moveBytes, Duration.ofMillis(terms.changeoverMillis()));
        return switch (Planner.decide(new Snapshot(now, situation, offers, Slice.ALONE), policy)) {
            case Decision.Stay(Decision.Account account) -> {
                askAgainMillis =
                        account.reconsider().map(PolicyChaser::notBefore).orElse(NEVER);
                yield here;
            }
            case Decision.Move(SiteId target, Decision.Account _) -> place(target);
        };
    }

    @Override
    public long askAgainMillis() {
        return askAgainMillis;
    }

    private static long notBefore(Instant time) {
        return time.plusNanos(NANOS_PER_MILLI - 1).toEpochMilli();
    }

    private Duration term(long millis, int here, int place) {
        return Duration.ofMillis(Math.round(teacher.termHours(millis, here, place) * PriceSeries.MILLIS_PER_HOUR));
    }

    private boolean usable(int place) {
        return quotes[place].dollarsPerHour() <= terms.bidDollarsPerHour(place);
    }

    private int place(SiteId site) {
        for (int place = 0; place < quotes.length; place++) {
            if (site(pools.get(place)).equals(site)) {
                return place;
            }
        }
        throw new IllegalStateException("the planner chose %s, which is not in the market".formatted(site));
    }

    private int cheapestPermitted(int except) {
        int best = NOWHERE;
        for (int place = 0; place < quotes.length; place++) {
            if (place != except
                    && usable(place)
                    && permits(policy, pools.get(place))
                    && (best == NOWHERE || quotes[place].dollarsPerHour() < quotes[best].dollarsPerHour())) {
                best = place;
            }
        }
        return best == NOWHERE ? except : best;
    }
}
