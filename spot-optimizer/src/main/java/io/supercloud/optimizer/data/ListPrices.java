package io.supercloud.optimizer.data;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/** On-demand prices per instance-hour, in dollars, by cloud, region and type. */
public final class ListPrices {
    static final Set<String> COLUMNS = Set.of("date", "cloud", "region", "instance_type", "ondemand_usd_h");

    private static final double MAX_DOLLARS_PER_HOUR = 100_000;

    private final Map<String, Double> prices = new TreeMap<>();

    private ListPrices() {}

    /** Nothing is known. */
    public static ListPrices unknown() {
        return new ListPrices();
    }

    /** All of {@code files} in one; of two prices of an offer the later file's counts. */
    public static ListPrices read(Collection<Path> files) {
        ListPrices all = new ListPrices();
        for (Path file : files) {
            CsvTable.read(
                    file,
                    row -> row.optionalNumber("ondemand_usd_h", 0, MAX_DOLLARS_PER_HOUR)
                            .ifPresent(price -> all.prices.put(
                                    key(row.text("cloud"), row.text("region"), row.text("instance_type")), price)));
        }
        return all;
    }

    /** Empty where no catalogue has a price above 0. */
    public OptionalDouble dollarsPerHour(String cloud, String region, String instanceType) {
        Double price = prices.get(key(cloud, region, instanceType));
        return price == null || price == 0 ? OptionalDouble.empty() : OptionalDouble.of(price);
    }

    private static String key(String cloud, String region, String instanceType) {
        return cloud + "," + region + "," + instanceType;
    }
}
