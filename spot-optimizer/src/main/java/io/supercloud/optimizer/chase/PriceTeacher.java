package io.supercloud.optimizer.chase;

import io.supercloud.core.InvalidValueException;
import io.supercloud.optimizer.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Learns from a market that runs how long a difference of price between two of its pools is worth counting on, as {@link
 * RehearsingChaser} does in rehearsals. It is told of every change in the order of time. Not for several threads.
 */
public final class PriceTeacher {
    /** Before so much was seen nothing is told. */
    private static final Duration FIRST_LESSON = Duration.ofDays(1);

    private final Map<Pool, Integer> places = new HashMap<>();
    private final RehearsingChaser rehearsal = new RehearsingChaser();
    private Instant begin = Instant.MAX;
    private Instant last = Instant.MIN;

    /**
     * @param changeover how long a move takes
     * @param egressDollars of what a move sends
     */
    public PriceTeacher(List<Pool> pools, Duration changeover, double egressDollars) {
        pools.stream().distinct().forEach(pool -> places.put(pool, places.size()));
        rehearsal.begin(new Chaser.Terms() {
            @Override
            public int places() {
                return places.size();
            }

            @Override
            public long changeoverMillis() {
                return changeover.toMillis();
            }

            @Override
            public double egressDollars(int source, int target) {
                return egressDollars;
            }

            @Override
            public double bidDollarsPerHour(int place) {
                return ChaseMarket.NO_BID;
            }
        });
    }

    /** From {@code at} on {@code pool} costs {@code dollarsPerHour}. */
    public void changed(Instant at, Pool pool, double dollarsPerHour) {
        if (at.isBefore(last)) {
            throw new InvalidValueException("the price of %s at %s is told after one of %s".formatted(pool, at, last));
        }
        begin = begin.isBefore(at) ? begin : at;
        last = at;
        rehearsal.changed(at.toEpochMilli(), place(pool), dollarsPerHour);
    }

    /** For how long a difference between the prices of two pools is counted; empty until enough was seen. */
    public Optional<Duration> lasts(Instant now, Pool source, Pool target) {
        if (last.isBefore(begin) || now.isBefore(begin.plus(FIRST_LESSON))) {
            return Optional.empty();
        }
        double hours = rehearsal.termHours(now.toEpochMilli(), place(source), place(target));
        return Optional.of(Duration.ofMillis(Math.round(hours * PriceSeries.MILLIS_PER_HOUR)));
    }

    private int place(Pool pool) {
        Integer place = places.get(pool);
        if (place == null) {
            throw new InvalidValueException("%s is not one of the pools of this market".formatted(pool));
        }
        return place;
    }
}
