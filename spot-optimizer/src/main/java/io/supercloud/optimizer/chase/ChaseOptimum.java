package io.supercloud.optimizer.chase;

import java.util.Arrays;
import java.util.List;

/**
 * The least that anybody could have paid who knew all prices beforehand and let the VM run as long as it could run; by
 * dynamic programming.
 *
 * <p>State space: (time, place), where the times are those of all changes of price, each also one changeover and one notice
 * later: the cost of a schedule is linear in the time of each of its switches between two such times, so an optimal
 * schedule has its switches there. A switch at T costs egress and the target's rent from T less the changeover to T. Two
 * things are permitted here that {@link ChaseRun} does not do, so the optimum is a lower bound of any run: a move may begin
 * before the one before it has ended, and a VM that lost its place has it again, without a changeover, as soon as the price
 * is back at the bid.
 */
public final class ChaseOptimum {
    /** Dollars for an hour without the VM: more than any place costs, so running comes first. */
    private static final double DOWN_DOLLARS_PER_HOUR = 1e5;

    private final ChaseMarket market;
    private final double[] cost;
    private final double[] down;

    private ChaseOptimum(ChaseMarket market) {
        this.market = market;
        this.cost = new double[market.size()];
        this.down = new double[market.size()];
    }

    /** The accounts of the best schedule from {@code fromMillis} to {@code toMillis}; moves and stays are not counted. */
    public static ChaseAccount of(ChaseMarket market, long fromMillis, long toMillis) {
        return new ChaseOptimum(market).solve(fromMillis, toMillis);
    }

    /** The best of those who stay at one place, with hindsight. */
    public static ChaseAccount stayPut(ChaseMarket market, long fromMillis, long toMillis) {
        ChaseOptimum still = new ChaseOptimum(market);
        still.stay(fromMillis, toMillis);
        return still.best(fromMillis, toMillis);
    }

    private ChaseAccount solve(long from, long to) {
        long now = from;
        for (long time : times(from, to)) {
            stay(now, time);
            now = time;
            if (time - market.changeoverMillis() >= from) {
                switchAt(time);
            }
        }
        stay(now, to);
        return best(from, to);
    }

    private long[] times(long from, long to) {
        long[] offsets = {0, market.changeoverMillis(), market.rules().notice().toMillis()};
        long earliest = from - Math.max(offsets[1], offsets[2]);
        int first = market.firstAfter(earliest - 1);
        int last = market.firstAfter(to);
        long[] times = new long[(last - first) * offsets.length];
        int length = 0;
        for (int change = first; change < last; change++) {
            for (long offset : offsets) {
                long time = market.changeMillis(change) + offset;
                if (time > from && time < to) {
                    times[length++] = time;
                }
            }
        }
        return Arrays.stream(times, 0, length).sorted().distinct().toArray();
    }

    private void stay(long from, long to) {
        for (int place = 0; place < cost.length; place++) {
            double away = market.absence(place).dollars(from, to);
            cost[place] += market.rent(place).dollars(from, to) + away * DOWN_DOLLARS_PER_HOUR;
            down[place] += away;
        }
    }

    private void switchAt(long time) {
        double[] costBefore = cost.clone();
        double[] downBefore = down.clone();
        for (int target = 0; target < cost.length; target++) {
            double rent = market.rent(target).dollars(time - market.changeoverMillis(), time);
            for (int source = 0; source < cost.length; source++) {
                double switched = costBefore[source] + rent + market.egress(source, target);
                if (switched < cost[target]) {
                    cost[target] = switched;
                    down[target] = downBefore[source];
                }
            }
        }
    }

    private ChaseAccount best(long from, long to) {
        int best = 0;
        for (int place = 1; place < cost.length; place++) {
            best = cost[place] < cost[best] ? place : best;
        }
        long downMillis = Math.round(down[best] * PriceSeries.MILLIS_PER_HOUR);
        return new ChaseAccount(
                cost[best] - down[best] * DOWN_DOLLARS_PER_HOUR, 0, 0, to - from - downMillis, downMillis, List.of());
    }
}
