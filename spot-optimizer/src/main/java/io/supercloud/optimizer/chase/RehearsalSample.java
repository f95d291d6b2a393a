package io.supercloud.optimizer.chase;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a rehearsal to look at: prices, places and cost over its time, at equal distances.
 *
 * @param prices of each place, means over the steps, in dollars an hour
 * @param tracks of each policy that was somewhere
 */
public record RehearsalSample(Instant from, Instant to, List<Prices> prices, List<Track> tracks) {
    private static final int STEPS = 240;
    /** The clairvoyant's cost is computed anew for each point. */
    private static final int OPTIMUM_STEPS = 24;

    /** @param dollarsPerHour in each step */
    public record Prices(String place, List<Double> dollarsPerHour) {
        public Prices {
            dollarsPerHour = List.copyOf(dollarsPerHour);
        }
    }

    /**
     * What a policy did.
     *
     * @param stays where it was and since when; no place where it was lost
     * @param dollars that were paid until the end of each of as many steps as there are values
     */
    public record Track(String policy, List<Stay> stays, List<Double> dollars) {
        public Track {
            stays = List.copyOf(stays);
            dollars = List.copyOf(dollars);
        }
    }

    /** @param place index in {@code prices}, or {@link Chaser#NOWHERE} */
    public record Stay(int place, Instant since) {}

    public RehearsalSample {
        prices = List.copyOf(prices);
        tracks = List.copyOf(tracks);
    }

    /** A run from {@code fromMillis} to {@code toMillis}, to which tracks are added. */
    static RehearsalSample of(ChaseMarket market, long fromMillis, long toMillis) {
        List<Prices> prices = new ArrayList<>();
        for (ChaseMarket.Place place : market.places()) {
            List<Double> means = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
                long begin = time(fromMillis, toMillis, step, STEPS);
                long end = time(fromMillis, toMillis, step + 1, STEPS);
                means.add(place.prices().dollars(begin, end) / ((end - begin) / PriceSeries.MILLIS_PER_HOUR));
            }
            prices.add(new Prices(place.name(), means));
        }
        return new RehearsalSample(Instant.ofEpochMilli(fromMillis), Instant.ofEpochMilli(toMillis), prices, List.of());
    }

    /** The same with the track of a policy that ran over the time. */
    RehearsalSample with(ChaseMarket market, String policy, ChaseAccount account) {
        long from = from().toEpochMilli();
        long to = to().toEpochMilli();
        List<Double> dollars = new ArrayList<>();
        for (int step = 1; step <= STEPS; step++) {
            dollars.add(paid(market, account.stays(), from, time(from, to, step, STEPS)));
        }
        return added(new Track(
                policy,
                account.stays().stream()
                        .map(stay -> new Stay(stay.place(), Instant.ofEpochMilli(stay.sinceMillis())))
                        .toList(),
                dollars));
    }

    /** The same with what one who knew all prices beforehand had to pay until each time at the least. */
    RehearsalSample withOptimum(ChaseMarket market) {
        long from = from().toEpochMilli();
        long to = to().toEpochMilli();
        List<Double> dollars = new ArrayList<>();
        for (int step = 1; step <= OPTIMUM_STEPS; step++) {
            dollars.add(ChaseOptimum.of(market, from, time(from, to, step, OPTIMUM_STEPS))
                    .dollars());
        }
        return added(new Track("clairvoyant", List.of(), dollars));
    }

    private RehearsalSample added(Track track) {
        List<Track> all = new ArrayList<>(tracks);
        all.add(track);
        return new RehearsalSample(from, to, prices, all);
    }

    private static long time(long from, long to, int step, int steps) {
        return from + (to - from) * step / steps;
    }

    /** Rent of where it was, and for each move egress and the target's rent during the changeover before it. */
    private static double paid(ChaseMarket market, List<ChaseAccount.Stay> stays, long from, long until) {
        double dollars = 0;
        for (int i = 0; i < stays.size() && stays.get(i).sinceMillis() < until; i++) {
            ChaseAccount.Stay stay = stays.get(i);
            long end = i + 1 < stays.size() ? Math.min(until, stays.get(i + 1).sinceMillis()) : until;
            if (stay.place() != Chaser.NOWHERE) {
                dollars += market.rent(stay.place()).dollars(stay.sinceMillis(), end);
                int source = i == 0 ? Chaser.NOWHERE : stays.get(i - 1).place();
                long begin = Math.max(from, stay.sinceMillis() - market.changeoverMillis());
                dollars += source == Chaser.NOWHERE
                        ? 0
                        : market.egress(source, stay.place())
                                + market.rent(stay.place()).dollars(begin, stay.sinceMillis());
            }
        }
        return dollars;
    }
}
