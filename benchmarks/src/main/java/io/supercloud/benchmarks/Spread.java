package io.supercloud.benchmarks;

import java.util.Arrays;
import java.util.Collection;

/** Quantiles of figures. */
final class Spread {
    private final double[] sorted;

    Spread(Collection<Double> figures) {
        sorted = figures.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    double median() {
        return Medians.ofAny(Arrays.stream(sorted).boxed().toList());
    }

    /** The figure that at least a share, 0 to 1, of the figures do not exceed. */
    double quantile(double share) {
        return sorted[(int) Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
    }
}
