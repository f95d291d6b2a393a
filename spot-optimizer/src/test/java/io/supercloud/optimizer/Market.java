package io.supercloud.optimizer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;

/** Small markets for tests. */
final class Market {
    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final Pool A = pool("a");
    static final Pool B = pool("b");
    static final Pool C = pool("c");

    private Market() {}

    static Pool pool(String zone) {
        return new Pool("aws", "east", zone, "m1.large");
    }

    static Instant hour(double hours) {
        return NOON.plusMillis(Math.round(hours * 3_600_000));
    }

    static PriceTrace.Row row(Pool pool, double hours, double price) {
        return new PriceTrace.Row(pool, new PriceChange(hour(hours), price), OptionalDouble.empty());
    }

    static PriceTrace trace(PriceTrace.Row... rows) {
        List<PriceTrace.Row> sorted = new ArrayList<>(Arrays.asList(rows));
        sorted.sort(Comparator.comparing(row -> row.change().at()));
        return new PriceTrace("test trace", sorted);
    }
}
