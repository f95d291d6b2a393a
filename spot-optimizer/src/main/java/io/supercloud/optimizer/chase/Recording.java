package io.supercloud.optimizer.chase;

import io.supercloud.core.InvalidValueException;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.PriceChange;
import io.supercloud.optimizer.PriceTrace;
import io.supercloud.optimizer.data.EgressTariff;
import io.supercloud.optimizer.data.ListPrices;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Prices of one time from one or several files, and the markets that can be made of them. */
public final class Recording {
    /** A pool that appears later than after this share of the time is left out where enough others are there. */
    private static final double LATE = 0.1;

    private final List<PriceTrace> traces;
    private final ListPrices listPrices;

    private Recording(List<PriceTrace> traces, ListPrices listPrices) {
        this.traces = traces;
        this.listPrices = listPrices;
    }

    /** Puts traces that overlap in time together; in the order of their begin. */
    public static List<Recording> of(List<PriceTrace> traces, ListPrices listPrices) {
        List<List<PriceTrace>> groups = new ArrayList<>();
        Instant end = Instant.MIN;
        for (PriceTrace trace :
                traces.stream().sorted(Comparator.comparing(PriceTrace::begin)).toList()) {
            if (groups.isEmpty() || trace.begin().isAfter(end)) {
                groups.add(new ArrayList<>());
            }
            groups.getLast().add(trace);
            end = end.isBefore(trace.end()) ? trace.end() : end;
        }
        return groups.stream().map(group -> new Recording(group, listPrices)).toList();
    }

    public Instant begin() {
        return traces.getFirst().begin();
    }

    public Instant end() {
        return traces.stream().map(PriceTrace::end).max(Instant::compareTo).orElseThrow();
    }

    /** The pools of each instance type, those left out that appear late while two or more others do not. */
    public Map<String, List<Pool>> poolsByType() {
        Map<String, List<Pool>> types = new TreeMap<>();
        traces.stream()
                .flatMap(trace -> trace.pools().stream())
                .distinct()
                .sorted()
                .forEach(pool -> types.computeIfAbsent(pool.instanceType(), _ -> new ArrayList<>())
                        .add(pool));
        types.replaceAll((_, pools) -> {
            List<Pool> early = pools.stream().filter(this::isEarly).toList();
            return early.size() > 1 ? early : pools;
        });
        return types;
    }

    private boolean isEarly(Pool pool) {
        long all = end().toEpochMilli() - begin().toEpochMilli();
        return series(pool).beginMillis() - begin().toEpochMilli() <= LATE * all;
    }

    /**
     * The market of {@code pools}.
     *
     * @param gigabytes that a move between regions sends
     * @param tariff what they cost
     */
    public ChaseMarket market(String name, List<Pool> pools, ChaseRules rules, double gigabytes, EgressTariff tariff) {
        double[][] egress = new double[pools.size()][pools.size()];
        for (int source = 0; source < egress.length; source++) {
            for (int target = 0; gigabytes > 0 && target < egress.length; target++) {
                egress[source][target] = gigabytes
                        * tariff.cautiousDollarsPerGigabyte(region(pools.get(source)), region(pools.get(target)));
            }
        }
        return new ChaseMarket(
                name,
                pools.stream()
                        .map(pool -> new ChaseMarket.Place(pool.toString(), series(pool), listPrice(pool)))
                        .toList(),
                rules,
                egress);
    }

    private static String region(Pool pool) {
        return pool.cloud() + ":" + pool.region();
    }

    private PriceSeries series(Pool pool) {
        List<PriceChange> changes = traces.stream()
                .filter(trace -> trace.pools().contains(pool))
                .flatMap(trace -> Stream.concat(
                        trace.at(pool, trace.begin()).stream(),
                        trace.between(pool, trace.begin(), Instant.MAX).stream()))
                .sorted(Comparator.comparing(PriceChange::at))
                .toList();
        if (changes.isEmpty()) {
            throw new InvalidValueException("there is no price of " + pool);
        }
        return PriceSeries.of(changes);
    }

    /** The trace's own where it has one, else the catalogue's. */
    private OptionalDouble listPrice(Pool pool) {
        for (PriceTrace trace : traces) {
            OptionalDouble own = trace.onDemandDollarsPerHour(pool);
            if (own.isPresent()) {
                return own;
            }
        }
        return listPrices.dollarsPerHour(pool.cloud(), pool.region(), pool.instanceType());
    }
}
