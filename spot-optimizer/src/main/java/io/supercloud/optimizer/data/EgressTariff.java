package io.supercloud.optimizer.data;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a gigabyte (10^9 bytes) costs that leaves one region for another, in dollars. Regions are {@code cloud:region};
 * where a source names a zone of a GCP region, the letter is dropped.
 */
public final class EgressTariff {
    static final Set<String> COLUMNS = Set.of("src", "dst", "usd_per_gb");

    private static final double MAX_DOLLARS = 100;
    private static final String PLAIN_TIER = "PREMIUM";

    private final Map<String, Map<String, Double>> dollars = new TreeMap<>();

    private EgressTariff() {}

    /** Nothing is known. */
    public static EgressTariff unknown() {
        return new EgressTariff();
    }

    /** All of {@code files} in one; of two prices of a pair the later file's counts. */
    public static EgressTariff read(Collection<Path> files) {
        EgressTariff tariff = new EgressTariff();
        for (Path file : files) {
            CsvTable.read(file, row -> {
                if (isPlain(row, "src_tier") && isPlain(row, "dst_tier")) {
                    tariff.dollars
                            .computeIfAbsent(region(row.text("src")), _ -> new LinkedHashMap<>())
                            .put(region(row.text("dst")), row.number("usd_per_gb", 0, MAX_DOLLARS));
                }
            });
        }
        return tariff;
    }

    /** Dollars per gigabyte from {@code source} to {@code target}; nothing within one region; empty where unknown. */
    public OptionalDouble dollarsPerGigabyte(String source, String target) {
        if (source.equals(target)) {
            return OptionalDouble.of(0);
        }
        Double known = dollars.getOrDefault(source, Map.of()).get(target);
        return known == null ? OptionalDouble.empty() : OptionalDouble.of(known);
    }

    /**
     * As {@link #dollarsPerGigabyte}, and for an unknown pair the dearest price that is known between regions of
     * {@code source}'s cloud, so that a move is never made on the strength of a price that nobody told.
     */
    public double cautiousDollarsPerGigabyte(String source, String target) {
        return dollarsPerGigabyte(source, target).orElseGet(() -> dearestWithin(cloud(source)));
    }

    private double dearestWithin(String cloud) {
        List<Double> known = dollars.entrySet().stream()
                .filter(source -> cloud(source.getKey()).equals(cloud))
                .flatMap(source -> source.getValue().entrySet().stream())
                .filter(target -> cloud(target.getKey()).equals(cloud))
                .map(Map.Entry::getValue)
                .toList();
        return known.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    private static boolean isPlain(CsvTable row, String column) {
        return !row.has(column) || PLAIN_TIER.equals(row.text(column));
    }

    private static String cloud(String region) {
        int colon = region.indexOf(':');
        return colon < 0 ? "" : region.substring(0, colon);
    }

    private static String region(String name) {
        return name.startsWith("gcp:") ? name.replaceFirst("-[a-z]$", "") : name;
    }
}
