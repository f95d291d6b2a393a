package io.supercloud.app.manager;

import io.supercloud.optimizer.Offer;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.chase.PriceTeacher;
import io.supercloud.optimizer.live.Listing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells a {@link PriceTeacher} what feeds told, each change once and in the order of time, and nothing that cannot be a
 * price or that the planner would take for a mistake. What feeds tell of the time before the manager began is learned from too. A change that comes to be known after
 * later ones were taught counts from now on, if it still holds.
 */
final class LiveLessons {
    private static final Duration KEPT = Duration.ofDays(90);

    private final Map<Pool, Double> listPrices;
    private final PriceTeacher teacher;
    private final Map<Pool, NavigableMap<Instant, Double>> known = new HashMap<>();
    private final Map<Pool, Double> taught = new HashMap<>();
    private Optional<Instant> taughtUntil = Optional.empty();

    private record Lesson(Instant at, Pool pool, double price) {}

    /** @param listPrices of the pools whose prices change */
    LiveLessons(Map<Pool, Double> listPrices, Duration moveTime) {
        this.listPrices = Map.copyOf(listPrices);
        this.teacher = new PriceTeacher(List.copyOf(listPrices.keySet()), moveTime, 0);
        listPrices.keySet().forEach(pool -> known.put(pool, new TreeMap<>()));
    }

    void told(List<Listing> listings, Instant now) {
        for (Listing listing : listings) {
            Double list = listPrices.get(listing.pool());
            if (list != null
                    && listing.dollarsPerHour() > 0
                    && listing.dollarsPerHour() <= Offer.MAX_TIMES_ON_DEMAND * list) {
                known.get(listing.pool()).put(listing.since(), listing.dollarsPerHour());
            }
        }
        if (taughtUntil.isEmpty()) {
            begin(now);
        }
        taughtUntil.ifPresent(since -> teach(since, now));
    }

    /** When all pools have a price. */
    private void begin(Instant now) {
        if (known.isEmpty() || known.values().stream().anyMatch(changes -> changes.floorEntry(now) == null)) {
            return;
        }
        Instant begin = known.values().stream()
                .map(NavigableMap::firstKey)
                .max(Instant::compareTo)
                .orElseThrow();
        known.forEach((pool, changes) ->
                teach(new Lesson(begin, pool, changes.floorEntry(begin).getValue())));
        taughtUntil = Optional.of(begin);
    }

    private void teach(Instant since, Instant now) {
        if (now.isBefore(since)) {
            return;
        }
        List<Lesson> lessons = new ArrayList<>();
        known.forEach((pool, changes) -> changes.subMap(since, false, now, true)
                .forEach((at, price) -> lessons.add(new Lesson(at, pool, price))));
        lessons.sort(Comparator.comparing(Lesson::at));
        lessons.forEach(this::teach);
        known.forEach((pool, changes) -> {
            double present = changes.floorEntry(now).getValue();
            if (present != taught.get(pool)) {
                teach(new Lesson(now, pool, present));
            }
            Instant kept = changes.floorKey(now.minus(KEPT));
            if (kept != null) {
                changes.headMap(kept, false).clear();
            }
        });
        taughtUntil = Optional.of(now);
    }

    private void teach(Lesson lesson) {
        teacher.changed(lesson.at(), lesson.pool(), lesson.price());
        taught.put(lesson.pool(), lesson.price());
    }

    /** For how long a difference of price between two pools is counted; empty where nothing is known of it. */
    Optional<Duration> lasts(Instant now, Pool source, Pool target) {
        return taughtUntil.isPresent() && taught.containsKey(source) && taught.containsKey(target)
                ? teacher.lasts(now, source, target)
                : Optional.empty();
    }
}
