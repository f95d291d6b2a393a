package io.supercloud.optimizer.chase;

import java.util.ArrayList;
import java.util.List;

/** Lets one policy chase the prices of a market for a time, and keeps the accounts. */
public final class ChaseRun {
    private static final long NEVER = Chaser.NEVER;

    private final ChaseMarket market;
    private final Chaser policy;
    private final double[] prices;
    private final List<ChaseAccount.Stay> stays = new ArrayList<>();
    /** The first change that the policy has not been told of. */
    private int next;

    private long now;
    private int here = Chaser.NOWHERE;
    private int target = Chaser.NOWHERE;
    private long moveEnd = NEVER;
    private long noticeEnd = NEVER;
    private double rent = 0;
    private double egress = 0;
    private int moves = 0;
    private long up = 0;
    private long down = 0;

    private ChaseRun(ChaseMarket market, Chaser policy) {
        this.market = market;
        this.policy = policy;
        this.prices = new double[market.size()];
    }

    /** A market's terms, without its prices. */
    record MarketTerms(ChaseMarket market) implements Chaser.Terms {
        @Override
        public int places() {
            return market.size();
        }

        @Override
        public long changeoverMillis() {
            return market.changeoverMillis();
        }

        @Override
        public double egressDollars(int source, int target) {
            return market.egress(source, target);
        }

        @Override
        public double bidDollarsPerHour(int place) {
            return market.bid(place);
        }
    }

    /**
     * Runs {@code policy} from {@code fromMillis} to {@code toMillis}. Where the VM is first is free of charge; the policy
     * is told of what happened before, from {@code historyMillis} on.
     */
    public static ChaseAccount of(
            ChaseMarket market, Chaser policy, long historyMillis, long fromMillis, long toMillis) {
        ChaseRun run = new ChaseRun(market, policy);
        run.learn(historyMillis, fromMillis);
        int first = policy.choose(fromMillis, Chaser.NOWHERE, false);
        if (run.usable(first)) {
            run.arrive(first);
        }
        return run.run(toMillis);
    }

    /** As {@link #of}, for a VM that is at {@code place} already. */
    static ChaseAccount from(
            ChaseMarket market, Chaser policy, int place, long historyMillis, long fromMillis, long toMillis) {
        ChaseRun run = new ChaseRun(market, policy);
        run.learn(historyMillis, fromMillis);
        run.arrive(place);
        run.decide();
        return run.run(toMillis);
    }

    private void learn(long history, long from) {
        policy.begin(new MarketTerms(market));
        long known = Math.min(history, from);
        for (int place = 0; place < prices.length; place++) {
            tell(known, place, market.places().get(place).prices().at(known));
        }
        for (next = market.firstAfter(known); next < market.changes() && market.changeMillis(next) <= from; next++) {
            tell(market.changeMillis(next), market.changePlace(next), market.changePrice(next));
        }
        now = from;
    }

    private ChaseAccount run(long to) {
        while (now < to) {
            long change = next < market.changes() ? market.changeMillis(next) : NEVER;
            advance(Math.min(to, Math.min(Math.min(change, askAgain()), Math.min(moveEnd, noticeEnd))));
            if (now >= to) {
                break;
            }
            if (now == moveEnd) {
                moves++;
                arrive(target);
            }
            if (now == noticeEnd) {
                leave();
            }
            for (; next < market.changes() && market.changeMillis(next) == now; next++) {
                change(market.changePlace(next), market.changePrice(next));
            }
            decide();
        }
        return new ChaseAccount(rent, egress, moves, up, down, stays);
    }

    private void tell(long millis, int place, double price) {
        prices[place] = price;
        policy.changed(millis, place, price);
    }

    private void change(int place, double price) {
        tell(now, place, price);
        if (price <= market.bid(place)) {
            return;
        }
        if (place == here && noticeEnd == NEVER) {
            noticeEnd = now + market.rules().notice().toMillis();
        }
        if (place == target) {
            target = Chaser.NOWHERE;
            moveEnd = NEVER;
        }
    }

    /** After an immediate move the policy is asked again, at most once for each place. */
    private void decide() {
        for (int asked = 0; target == Chaser.NOWHERE && asked < prices.length; asked++) {
            int wish = policy.choose(now, here, noticeEnd != NEVER);
            if (wish == here || !usable(wish)) {
                return;
            }
            target = wish;
            egress += here == Chaser.NOWHERE ? 0 : market.egress(here, wish);
            moveEnd = now + market.changeoverMillis();
            if (moveEnd == now) {
                moves++;
                arrive(wish);
            }
        }
    }

    private long askAgain() {
        long time = policy.askAgainMillis();
        return time > now ? time : NEVER;
    }

    private boolean usable(int place) {
        return place != Chaser.NOWHERE && prices[place] <= market.bid(place);
    }

    private void arrive(int place) {
        here = place;
        target = Chaser.NOWHERE;
        moveEnd = NEVER;
        noticeEnd = NEVER;
        stays.add(new ChaseAccount.Stay(here, now));
    }

    private void leave() {
        here = Chaser.NOWHERE;
        noticeEnd = NEVER;
        stays.add(new ChaseAccount.Stay(here, now));
    }

    private void advance(long to) {
        if (here == Chaser.NOWHERE) {
            down += to - now;
        } else {
            up += to - now;
            rent += noticeEnd == NEVER
                    ? market.places().get(here).prices().dollars(now, to)
                    : market.bid(here) * (to - now) / PriceSeries.MILLIS_PER_HOUR;
        }
        if (target != Chaser.NOWHERE) {
            rent += market.places().get(target).prices().dollars(now, to);
        }
        now = to;
    }
}
