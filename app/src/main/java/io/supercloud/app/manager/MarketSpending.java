package io.supercloud.app.manager;

import io.supercloud.core.Registry;
import io.supercloud.migration.Json;
import io.supercloud.migration.Paths;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the VMs of a deployment have cost in rent this month, and since when each is known; kept in the registry, so that
 * another manager goes on with it. While no manager ran the rates before and after count for as long as it was away.
 */
final class MarketSpending {
    private static final double MILLIS_PER_HOUR = 3_600_000;

    private final Registry registry;

    MarketSpending(Registry registry) {
        this.registry = registry;
    }

    /**
     * @param month such as {@code 2026-11}, UTC
     * @param until to when {@code dollars} are counted
     * @param seen when each VM was seen first, by its id
     */
    record Record(String month, double dollars, Instant until, Map<String, Instant> seen) {
        /** The same at {@code present}; a clock that went back counts nothing. Pure. */
        Record after(Instant present, double dollarsPerHour, Iterable<String> vms) {
            Instant now = present.isAfter(until) ? present : until;
            YearMonth month = YearMonth.from(now.atZone(ZoneOffset.UTC));
            Instant begin = month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
            boolean same = month.toString().equals(this.month);
            Instant from = until.isBefore(begin) ? begin : until;
            double hours = Duration.between(from, now).toMillis() / MILLIS_PER_HOUR;
            Map<String, Instant> known = new TreeMap<>();
            vms.forEach(vm -> known.put(vm, seen.getOrDefault(vm, now)));
            return new Record(month.toString(), (same ? dollars : 0) + hours * dollarsPerHour, now, known);
        }
    }

    /** Counts what was spent since the last time at {@code dollarsPerHour} for all of {@code vms} together. */
    Record count(Instant now, double dollarsPerHour, Iterable<String> vms) {
        Optional<Registry.Entry> entry = registry.read(Paths.MARKET);
        Record before = entry.map(known -> Json.read(known, Record.class))
                .orElseGet(() ->
                        new Record(YearMonth.from(now.atZone(ZoneOffset.UTC)).toString(), 0, now, Map.of()));
        Record after = before.after(now, dollarsPerHour, vms);
        entry.ifPresentOrElse(
                known -> registry.replace(known, Json.write(after)),
                () -> registry.create(Paths.MARKET, Json.write(after)));
        return after;
    }
}
