package io.supercloud.optimizer;

import java.util.Comparator;

/**
 * What has one spot price: an instance type in a zone.
 *
 * @param zone empty where the cloud has one price per region
 */
public record Pool(String cloud, String region, String zone, String instanceType) implements Comparable<Pool> {
    private static final Comparator<Pool> ORDER = Comparator.comparing(Pool::cloud)
            .thenComparing(Pool::region)
            .thenComparing(Pool::zone)
            .thenComparing(Pool::instanceType);

    @Override
    public int compareTo(Pool other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return "%s/%s/%s/%s".formatted(cloud, region, zone, instanceType);
    }
}
