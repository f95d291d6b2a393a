package io.supercloud.optimizer;

import io.supercloud.core.SiteId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which pool of a trace stands for which site of a replay.
 *
 * @param pools by site, in the order of the sites
 * @param begin when all of them have a price
 * @param explanation what was chosen and why, for people
 */
public record TraceMapping(Map<SiteId, Pool> pools, Instant begin, String explanation) {
    public TraceMapping {
        pools = Collections.unmodifiableMap(new LinkedHashMap<>(pools));
    }

    /**
     * Takes the pools that {@code offered} names where the trace has them all; otherwise those of the instance type whose
     * cheapest pool changes most often, among the types with a pool for every site, in order of cloud, region and zone.
     * Where no type has so many pools, among those with most of them; sites then share pools, in turn.
     *
     * @param sites in the order in which pools are given out; at least one
     */
    public static TraceMapping choose(List<SiteId> sites, Map<SiteId, Pool> offered, PriceTrace trace) {
        Map<SiteId, Pool> named = new LinkedHashMap<>();
        for (SiteId site : sites) {
            Optional.ofNullable(offered.get(site))
                    .filter(trace.pools()::contains)
                    .ifPresent(pool -> named.put(site, pool));
        }
        if (named.size() == sites.size()) {
            return mapping(named, trace, "%s has the prices of the offers themselves".formatted(trace.name()));
        }
        Map<String, List<Pool>> types = types(sites.size(), trace);
        Map<String, Integer> changes = new TreeMap<>();
        types.forEach((type, pools) -> changes.put(type, changesOfCheapest(pools, trace)));
        String best = types.keySet().stream()
                .max(Comparator.<String>comparingInt(changes::get).thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
        List<Pool> pools = types.get(best);
        Map<SiteId, Pool> chosen = new LinkedHashMap<>();
        for (SiteId site : sites) {
            chosen.put(site, pools.get(chosen.size() % pools.size()));
        }
        return mapping(
                chosen,
                trace,
                "%s has no prices of the offers, so %s stands for them: its cheapest place changes most often, %d times%s"
                        .formatted(
                                trace.name(),
                                best,
                                changes.get(best),
                                pools.size() < sites.size()
                                        ? "; with %d places for %d sites, some sites share one"
                                                .formatted(pools.size(), sites.size())
                                        : ""));
    }

    private static TraceMapping mapping(Map<SiteId, Pool> pools, PriceTrace trace, String explanation) {
        Instant begin = pools.values().stream()
                .map(pool -> firstPrice(pool, trace))
                .max(Instant::compareTo)
                .orElseThrow(() -> new OptimizerException("there is no site to choose a pool for"));
        return new TraceMapping(pools, begin, explanation);
    }

    private static Instant firstPrice(Pool pool, PriceTrace trace) {
        return trace.at(pool, trace.begin())
                .map(PriceChange::at)
                .orElseGet(() -> trace.between(pool, trace.begin(), Instant.MAX)
                        .getFirst()
                        .at());
    }

    /** The instance types with at least {@code count} pools, or else with the most, and their first {@code count} pools. */
    private static Map<String, List<Pool>> types(int count, PriceTrace trace) {
        Map<String, List<Pool>> types = new TreeMap<>();
        trace.pools()
                .forEach(pool -> types.computeIfAbsent(pool.instanceType(), _ -> new ArrayList<>())
                        .add(pool));
        int most = types.values().stream().mapToInt(List::size).max().orElse(0);
        types.values().removeIf(pools -> pools.size() < Math.min(count, most));
        types.replaceAll((_, pools) -> pools.subList(0, Math.min(count, pools.size())));
        return types;
    }

    /** How often another pool becomes cheaper than the one that was the cheapest before, once all have a price. */
    private static int changesOfCheapest(List<Pool> pools, PriceTrace trace) {
        TreeSet<Instant> times = new TreeSet<>();
        for (Pool pool : pools) {
            times.add(firstPrice(pool, trace));
            trace.between(pool, trace.begin(), Instant.MAX).forEach(change -> times.add(change.at()));
        }
        Instant begin = pools.stream()
                .map(pool -> firstPrice(pool, trace))
                .max(Instant::compareTo)
                .orElseThrow();
        int changes = 0;
        Pool cheapest = null;
        for (Instant time : times.tailSet(begin)) {
            Pool now = pools.stream()
                    .min(Comparator.comparingDouble(pool -> price(pool, time, trace)))
                    .orElseThrow();
            if (cheapest == null) {
                cheapest = now;
            } else if (price(now, time, trace) < price(cheapest, time, trace)) {
                cheapest = now;
                changes++;
            }
        }
        return changes;
    }

    private static double price(Pool pool, Instant time, PriceTrace trace) {
        return trace.at(pool, time).orElseThrow().dollarsPerHour();
    }
}
